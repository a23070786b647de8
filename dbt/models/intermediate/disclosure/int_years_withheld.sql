-- Which provider-years insurers do not see, and of which they see the year alone. Where a region less what is shown of
-- it would tell a withheld year, the smallest other one is withheld with it; where it would tell withheld months, the
-- smallest provider that earned in all of them shows its year alone. Without one the region's figure goes.
with rests as (
    select
        y.region_code,
        y.year,
        m.insurer_uzovi,
        sum(m.revenue_cents) as revenue_cents,
    from {{ ref('int_year_contributions') }} as y
    inner join {{ ref('int_insurer_months') }} as m on y.provider_agb = m.provider_agb and y.year = m.year
    where y.is_sensitive and y.is_in_region
    group by y.region_code, y.year, m.insurer_uzovi
),

insurers as (
    select
        region_code,
        year,
        count(*) filter (where revenue_cents <> 0) as insurers,
    from rests
    group by region_code, year
),

years as (
    select
        y.*,
        not y.is_sensitive and y.is_in_region and y.insurers > 0 as can_hide_year,
        coalesce({{ too_few(
            'i.insurers',
            'sum(y.patients) filter (where y.is_sensitive and y.is_in_region) over (partition by y.region_code, y.year)'
        ) }}, false) as needs_year,
    from {{ ref('int_year_contributions') }} as y
    left join insurers as i on y.region_code = i.region_code and y.year = i.year
    cross join {{ ref('int_disclosure_limits') }} as l
),

with_years as (
    select
        *,
        is_sensitive or needs_year and can_hide_year and row_number() over (
            partition by region_code, year, can_hide_year order by abs(revenue_cents), provider_agb
        ) = 1 as year_withheld,
        needs_year and not bool_or(can_hide_year) over (partition by region_code, year) as region_year_withheld,
    from years
),

months as (
    select
        *,
        year_withheld or has_sensitive_month as has_withheld_months,
        bool_or((year_withheld or has_sensitive_month) and is_in_region) over region_year
        and not bool_or(hides_months and year_withheld) over region_year as needs_months,
        not year_withheld and hides_months as can_hide_months,
    from with_years
    window region_year as (partition by region_code, year)
)

select
    provider_agb,
    year,
    region_code,
    is_in_region,
    year_withheld,
    has_withheld_months or needs_months and can_hide_months and row_number() over (
        partition by region_code, year, can_hide_months order by abs(revenue_cents), provider_agb
    ) = 1 as months_withheld,
    region_year_withheld,
    region_year_withheld
    or needs_months and not bool_or(can_hide_months) over (partition by region_code, year) as region_months_withheld,
from months
