-- R01: more of a code for one patient on one day than its max_per_day, an earlier one at the same provider.
with ranked as (
    select
        *,
        min_by(declaration_id, day_rank) over (
            partition by patient_key, performance_code, service_on, provider_agb
        ) as first_id,
    from {{ ref('int_debits_ordered') }}
)

select
    'R01' as rule,
    provider_agb,
    declaration_id,
    provider_agb as counter_provider_agb,
    first_id as counter_declaration_id,
    amount_cents as risk_cents,
    amount_cents as disputed_cents,
from ranked
where day_rank > max_per_day and first_id <> declaration_id
