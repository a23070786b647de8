{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'declarations', 'by': 'version'}
}) }}
with validated as (
    select *
    from {{ ref('int_declarations_validated') }}
    {{- of_pending_versions('declarations', 'version_id') }}
)

select
    version_id,
    {{ month_of('service_on') }} as month,
    count(*) as rows,
    {{ sum_of_hashes('validated') }} as hash,
from validated
group by all
