-- What each kind of payer budgeted and what was earned of it, in cents. A payment names an insurer, so it is of what
-- insurers pay.
with budgets as (
    select
        provider_agb,
        year,
        payer_kind,
        any_value(edition) as edition,
        bool_and(settles) as settles,
        cast(sum(amount_cents) as bigint) as budget_cents,
        0 as declared_cents,
        0 as disputed_cents,
        0 as lump_sum_cents,
    from {{ ref('int_budget_payers') }}
    group by provider_agb, year, payer_kind
),

declared as (
    select
        provider_agb,
        year(month) as year,
        payer_kind,
        null as edition,
        null as settles,
        null as budget_cents,
        sum(declared_cents) as declared_cents,
        sum(disputed_cents) as disputed_cents,
        0 as lump_sum_cents,
    from {{ ref('int_declared_monthly') }}
    group by provider_agb, year(month), payer_kind
),

lump_sums as (
    select
        provider_agb,
        year,
        'insurer' as payer_kind,
        null as edition,
        null as settles,
        null as budget_cents,
        0 as declared_cents,
        0 as disputed_cents,
        sum(paid_cents) as lump_sum_cents,
    from {{ ref('int_payments_current') }}
    where kind = 'lump_sum'
    group by provider_agb, year
)

select
    provider_agb,
    year,
    payer_kind,
    max(edition) as edition,
    coalesce(bool_or(settles), false) as settles,
    cast(sum(budget_cents) as bigint) as budget_cents,
    cast(sum(declared_cents) as bigint) as declared_cents,
    cast(sum(disputed_cents) as bigint) as disputed_cents,
    cast(sum(lump_sum_cents) as bigint) as lump_sum_cents,
    cast(sum(declared_cents - disputed_cents + lump_sum_cents) as bigint) as revenue_cents,
    bool_or(max(budget_cents) is not null) over (partition by provider_agb, year) as is_budgeted,
from (
    select * from budgets
    union all
    select * from declared
    union all
    select * from lump_sums
) as amounts
group by provider_agb, year, payer_kind
