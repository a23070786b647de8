-- One budget per provider and year, in cents.
select
    provider_agb,
    year,
    bool_and(settles) as settles,
    cast(sum(amount_cents) as bigint) as budget_cents,
from {{ ref('int_budgets_in_force') }}
group by provider_agb, year
