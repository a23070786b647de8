-- A provider's months are all its counted lines that cover the budget and all its lump sums, and its running total
-- ends at their sum: an amount in a month outside its year would be declared and never realised.
with declared as (
    select
        provider_agb,
        year(service_month) as year,
        sum(amount_eur) as declared_eur,
    from {{ ref('declaration') }}
    where counted and covers_budget
    group by provider_agb, year(service_month)
),

paid as (
    select
        provider_agb,
        year,
        {{ eur('sum(paid_cents)') }} as lump_sum_eur,
    from {{ ref('int_payments_current') }}
    where kind = 'lump_sum'
    group by provider_agb, year
),

realised as (
    select
        provider_agb,
        year,
        sum(declared_eur) as declared_eur,
        sum(lump_sum_eur) as lump_sum_eur,
        sum(revenue_eur) as revenue_eur,
        max_by(cumulative_revenue_eur, month) as last_cumulative_eur,
    from {{ ref('budget_realisation') }}
    group by provider_agb, year
)

select
    provider_agb,
    year,
    d.declared_eur,
    r.declared_eur as realised_declared_eur,
    p.lump_sum_eur,
    r.lump_sum_eur as realised_lump_sum_eur,
    r.revenue_eur,
    r.last_cumulative_eur,
from realised as r
full join declared as d using (provider_agb, year)
full join paid as p using (provider_agb, year)
where
    coalesce(d.declared_eur, 0) <> coalesce(r.declared_eur, 0)
    or coalesce(p.lump_sum_eur, 0) <> coalesce(r.lump_sum_eur, 0)
    or r.revenue_eur <> r.last_cumulative_eur
