-- What a provider earned per month of a year: declared and disputed of what covers the budget, lump sums.
with declared as (
    select
        provider_agb,
        year(month) as year,
        month,
        cast(sum(declared_cents) as bigint) as declared_cents,
        cast(sum(disputed_cents) as bigint) as disputed_cents,
        cast(0 as bigint) as lump_sum_cents,
    from {{ ref('int_declared_monthly') }}
    group by provider_agb, month
),

lump_sums as (
    select
        provider_agb,
        year,
        month,
        cast(0 as bigint) as declared_cents,
        cast(0 as bigint) as disputed_cents,
        cast(sum(paid_cents) as bigint) as lump_sum_cents,
    from {{ ref('int_payments_current') }}
    where kind = 'lump_sum'
    group by provider_agb, year, month
)

select
    provider_agb,
    year,
    month,
    cast(sum(declared_cents) as bigint) as declared_cents,
    cast(sum(disputed_cents) as bigint) as disputed_cents,
    cast(sum(lump_sum_cents) as bigint) as lump_sum_cents,
from (
    select * from declared
    union all
    select * from lump_sums
) as declared_and_paid
group by provider_agb, year, month
