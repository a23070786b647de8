-- The budget in force is the highest edition delivered, with all its components and no other's, as delivered last.
with accepted as (
    select *
    from {{ ref('int_budgets_judged') }}
    where not (unknown_provider or unknown_insurer or sum_out_of_range)
),

latest as (
    {{ latest_editions('accepted') }}
),

ranked as (
    select
        *,
        list_position(['requested', 'agreed', 'determined', 'final'], edition) as edition_rank,
    from latest
)

select
    provider_agb,
    year,
    component,
    parameter,
    edition,
    edition_rank > 1 as settles,
    quantity,
    unit_price_cents,
    percentage,
    amount_cents,
    function,
    representing_uzovi_1,
    representing_uzovi_2,
    delivery_date,
from ranked
qualify edition_rank = max(edition_rank) over (partition by provider_agb, year)
