with accepted as (
    select *
    from {{ ref('int_network_costs_judged') }}
    where not (unknown_provider or sum_out_of_range)
),

latest as (
    {{ latest_by_key('accepted', ['invoice_id']) }}
)

select
    invoice_id,
    network_agb,
    member_agb,
    period_start,
    period_end,
    staff_hours,
    wage_cost_cents,
    client_bound,
    client_activities,
    delivery_date,
from latest
