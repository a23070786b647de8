-- Live debits that share patient, code and day, in the order that tells which is the later one.
-- The hash only narrows: equal keys always hash alike, and the window compares the keys themselves.
with narrowed as (
    select hash(patient_key, performance_code, service_on) as hashed
    from {{ ref('int_debits_live') }}
    group by hashed
    having count(*) > 1
),

shared as (
    select d.*
    from {{ ref('int_debits_live') }} as d
    inner join narrowed as n on hash(d.patient_key, d.performance_code, d.service_on) = n.hashed
)

select
    provider_agb,
    declaration_id,
    patient_key,
    performance_code,
    service_on,
    sector,
    region_code,
    function,
    amount_cents,
    max_per_day,
    row_number() over day_order as day_rank,
from shared
window day_order as (
    partition by patient_key, performance_code, service_on
    order by service_start, declared_on, provider_agb, declaration_id
)
