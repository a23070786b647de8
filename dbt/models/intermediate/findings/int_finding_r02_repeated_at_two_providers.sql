-- R02: more of a code for one patient on one day than its max_per_day, an earlier one at another provider.
with later as (
    select *
    from {{ ref('int_debits_ordered') }}
    where day_rank > max_per_day
)

select
    'R02' as rule,
    l.provider_agb,
    l.declaration_id,
    min_by(e.provider_agb, e.day_rank) as counter_provider_agb,
    min_by(e.declaration_id, e.day_rank) as counter_declaration_id,
    l.amount_cents as risk_cents,
    l.amount_cents as disputed_cents,
from later as l
inner join {{ ref('int_debits_ordered') }} as e
    on
        l.patient_key = e.patient_key
        and l.performance_code = e.performance_code
        and l.service_on = e.service_on
        and l.provider_agb <> e.provider_agb
        and l.day_rank > e.day_rank
group by l.provider_agb, l.declaration_id, l.amount_cents
