-- The list of what has to come back sums, per provider and year, to what is kept out of the revenue.
with listed as (
    select
        provider_agb,
        year,
        sum(disputed_eur) as disputed_eur,
    from {{ ref('to_reclaim') }}
    group by provider_agb, year
),

kept_out as (
    select
        provider_agb,
        year,
        sum(disputed_eur) as disputed_eur,
    from {{ ref('budget_realisation') }}
    group by provider_agb, year
)

select
    provider_agb,
    year,
    coalesce(l.disputed_eur, 0) as listed_eur,
    coalesce(k.disputed_eur, 0) as disputed_eur,
from listed as l
full join kept_out as k using (provider_agb, year)
where coalesce(l.disputed_eur, 0) <> coalesce(k.disputed_eur, 0)
