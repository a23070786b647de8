-- Every provider and year that has a budget or earned something that covers one.
with budgets as (
    select
        provider_agb,
        year,
        bool_and(settles) as settles,
        cast(sum(amount_cents) as bigint) as budget_cents,
    from {{ ref('int_budgets_in_force') }}
    group by provider_agb, year
),

earned as (
    select
        provider_agb,
        year,
        max(month) as last_month,
        cast(sum(declared_cents) as bigint) as declared_cents,
        cast(sum(disputed_cents) as bigint) as disputed_cents,
        cast(sum(lump_sum_cents) as bigint) as lump_sum_cents,
    from {{ ref('int_provider_months') }}
    group by provider_agb, year
)

select
    provider_agb,
    year,
    p.sector,
    p.region_code,
    b.budget_cents,
    coalesce(b.settles, false) as settles,
    e.last_month,
    coalesce(e.declared_cents, 0) as declared_cents,
    coalesce(e.disputed_cents, 0) as disputed_cents,
    coalesce(e.lump_sum_cents, 0) as lump_sum_cents,
    coalesce(e.declared_cents - e.disputed_cents + e.lump_sum_cents, 0) as revenue_cents,
from budgets as b
full join earned as e using (provider_agb, year)
left join {{ ref('int_providers_by_year') }} as p using (provider_agb, year)
