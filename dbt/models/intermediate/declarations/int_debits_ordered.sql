-- Live debits that share patient, code and day, in the order that tells which is the later one.
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
from {{ ref('int_debit_candidates') }}
where shares_code
window day_order as (
    partition by patient_key, performance_code, service_on
    order by service_start, declared_on, provider_agb, declaration_id
)
