-- On how many insurers and patients a provider's year rests, and whether it can protect the months of others: it earned
-- something that tells nothing in every month in which its region did.
with insurers as (
    select
        provider_agb,
        year,
        insurer_uzovi,
        sum(revenue_cents) as revenue_cents,
    from {{ ref('int_insurer_months') }}
    group by provider_agb, year, insurer_uzovi
),

years as (
    select
        provider_agb,
        year,
        count(*) filter (where revenue_cents <> 0) as insurers,
    from insurers
    group by provider_agb, year
),

months as (
    select
        provider_agb,
        year,
        max(patients) as patients,
        bool_or(is_sensitive) as has_sensitive_month,
        count(*) filter (where revenue_insurers > 0 and not is_sensitive) as protecting_months,
        list(distinct month) filter (where revenue_insurers > 0) as months,
    from {{ ref('int_month_contributions') }}
    group by provider_agb, year
),

assessed as (
    select
        y.provider_agb,
        y.year,
        coalesce(y.region_code, '') as region_code,
        y.budget_cents is not null as is_in_region,
        y.revenue_cents,
        coalesce(i.insurers, 0) as insurers,
        -- At least so many: one patient may come in several months.
        coalesce(m.patients, 0) as patients,
        coalesce({{ too_few('i.insurers', 'm.patients') }}, false) as is_sensitive,
        coalesce(m.has_sensitive_month, false) as has_sensitive_month,
        coalesce(m.protecting_months, 0) as protecting_months,
        coalesce(m.months, []) as months,
    from {{ ref('int_provider_years') }} as y
    left join years as i on y.provider_agb = i.provider_agb and y.year = i.year
    left join months as m on y.provider_agb = m.provider_agb and y.year = m.year
    cross join {{ ref('int_disclosure_limits') }} as l
)

select
    * exclude (months, protecting_months),
    is_in_region and protecting_months > 0 and protecting_months = len(list_distinct(flatten(
        list(months) filter (where is_in_region) over (partition by region_code, year)
    ))) as protects_months,
from assessed
