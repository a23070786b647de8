{{ config(materialized='changed_rows', meta={'replaces': {'by': 'all'}}) }}
{{ superseded('int_declarations_validated', 'declarations', ['provider_agb', 'declaration_id'],
              ['unknown_provider', 'unknown_insurer', 'unknown_performance_code'],
              out_of_range='int_declarations_out_of_range') }}
union all
-- What waits for the sum of its provider's year does not stand either, and nothing reads its rows where there is none.
select
    j.version_id,
    j.row,
    j.provider_agb,
    j.declaration_id,
    cast(null as date) as superseded_on,
from {{ ref('int_declarations_validated') }} as j
semi join {{ ref('int_declarations_out_of_range') }} as b
    on j.provider_agb = b.provider_agb and year(j.service_on) = b.year
where not (j.unknown_provider or j.unknown_insurer or j.unknown_performance_code)
