-- The budget in force is the highest edition delivered, with all its components and no other's, as delivered last.
with ranked as (
    select
        *,
        list_position(['requested', 'agreed', 'determined', 'final'], edition) as edition_rank,
    from {{ ref('stg_budgets') }}
)

select
    version_id,
    row,
    provider_agb,
    year,
    component,
    parameter,
    edition,
    edition_rank > 1 as settles,
    quantity,
    unit_price_cents,
    coalesce(percentage, 100) as percentage,
    amount_cents,
    function,
    representing_uzovi_1,
    representing_uzovi_2,
    legal_framework,
    delivery_date,
from ranked
qualify edition_rank = max(edition_rank) over (partition by provider_agb, year)
