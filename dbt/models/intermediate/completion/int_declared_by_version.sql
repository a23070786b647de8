{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'declarations', 'by': 'version'}
}) }}
-- A version's rows never change, so a night sums those of its own versions alone. One with credits alone is there too,
-- with zeros, for a provider's history begins with its first delivery.
with declarations as (
    select *
    from {{ ref('int_declarations_validated') }}
    {{- of_pending_versions('declarations', 'version_id') }}
)

select
    d.version_id,
    d.provider_agb,
    d.sector,
    d.region_code,
    {{ month_of('d.service_on') }} as month,
    {{ developing_measures('d', 'r') }}
from declarations as d
left join {{ ref('performance_code_role') }} as r on d.performance_code = r.performance_code
where not (d.unknown_provider or d.unknown_insurer or d.unknown_performance_code)
group by all
