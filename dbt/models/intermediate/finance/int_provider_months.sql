-- What a provider earned per month of a year, of all insurers: declared and disputed of what covers the budget, lump
-- sums.
select
    provider_agb,
    year,
    month,
    cast(sum(declared_cents) as bigint) as declared_cents,
    cast(sum(disputed_cents) as bigint) as disputed_cents,
    cast(sum(lump_sum_cents) as bigint) as lump_sum_cents,
from {{ ref('int_insurer_months') }}
group by provider_agb, year, month
