-- Net and disputed cents of what covers the budget, in the month of the care, and who bears them by law.
with declared as (
    select
        provider_agb,
        insurer_uzovi,
        coalesce(macro_category, 'unassigned') as macro_category,
        service_month as month,
        year(service_month) as year,
        sector,
        legal_framework,
        cast(sum(amount_eur) * 100 as bigint) as declared_cents,
        cast(sum(disputed_eur) * 100 as bigint) as disputed_cents,
    from {{ ref('declaration') }}
    where counted and covers_budget
    group by all
),

paid as (
    {{ paid_by_law('declared') }}
)

select
    provider_agb,
    insurer_uzovi,
    macro_category,
    payer_kind,
    month,
    cast(sum(declared_cents) as bigint) as declared_cents,
    cast(sum(disputed_cents) as bigint) as disputed_cents,
from paid
group by provider_agb, insurer_uzovi, macro_category, payer_kind, month
