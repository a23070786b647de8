-- The declarations that findings name, on either side, in one pass over all of them.
with named as (
    select
        provider_agb,
        declaration_id,
    from {{ ref('int_findings_collected') }}
    where declaration_id is not null
    union
    select
        counter_provider_agb,
        counter_declaration_id,
    from {{ ref('int_findings_collected') }}
    where counter_declaration_id is not null
)

select
    d.provider_agb,
    d.declaration_id,
    d.patient_key,
    d.insurer_uzovi,
    d.sector,
    d.region_code,
    d.function,
    d.service_on,
    d.delivery_date,
from {{ ref('int_declarations_current') }} as d
semi join named as n on d.provider_agb = n.provider_agb and d.declaration_id = n.declaration_id
