-- What the payers of a year budgeted and what was earned of them is the year of all of them: a line whose law has no
-- payer, or has two, would be borne by nobody or twice.
with divided as (
    select
        provider_agb,
        year,
        sum(budget_eur) as budget_eur,
        sum(revenue_eur) as revenue_eur,
        count(*) filter (where payer_kind is null) as without_payer,
    from {{ ref('payer_year') }}
    group by provider_agb, year
),

realised as (
    select
        provider_agb,
        year,
        any_value(budget_year_eur) as budget_eur,
        sum(revenue_eur) as revenue_eur,
    from {{ ref('budget_realisation') }}
    group by provider_agb, year
),

budgeted as (
    select
        provider_agb,
        year,
        sum(amount_eur) as budget_eur,
    from {{ ref('budget') }}
    group by provider_agb, year
)

select
    provider_agb,
    year,
    d.budget_eur,
    b.budget_eur as budget_of_all_eur,
    r.budget_eur as realised_budget_eur,
    d.revenue_eur,
    r.revenue_eur as realised_revenue_eur,
    d.without_payer,
from divided as d
full join realised as r using (provider_agb, year)
full join budgeted as b using (provider_agb, year)
where
    d.budget_eur is distinct from b.budget_eur
    -- A year that has yet to begin has a budget and no month.
    or (r.provider_agb is not null and d.budget_eur is distinct from r.budget_eur)
    or coalesce(d.revenue_eur, 0) <> coalesce(r.revenue_eur, 0)
    or d.without_payer > 0
