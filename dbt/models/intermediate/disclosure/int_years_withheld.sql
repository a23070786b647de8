-- Which provider-years insurers do not see, and of which they see the year alone. Primary suppression: a year that is
-- sensitive, and all months of one with a sensitive month. Complementary: where a region less what is shown of it
-- would tell a withheld year, the smallest other one; where it would tell withheld months, the months of the smallest
-- provider that earned in all of them. Where there is none the region's figure goes.
with contributions as (
    select *
    from {{ ref('int_year_contributions') }}
),

withheld_sums as (
    {{ insurers_of_withheld_sum(
        'contributions', 'is_sensitive', on='year', by=['region_code', 'year'], amount='revenue_cents'
    ) }}
),

years as (
    select
        c.*,
        not c.is_sensitive and c.is_in_region and c.insurers > 0 as can_protect_year,
        coalesce({{ too_few(
            's.insurers',
            'sum(c.patients) filter (where c.is_sensitive and c.is_in_region) over (partition by c.region_code, c.year)'
        ) }}, false) as needs_year,
    from contributions as c
    left join withheld_sums as s on c.region_code = s.region_code and c.year = s.year
    cross join {{ ref('int_disclosure_limits') }} as l
),

with_years as (
    select
        *,
        is_sensitive or needs_year and can_protect_year and row_number() over (
            partition by region_code, year, can_protect_year order by abs(revenue_cents), provider_agb
        ) = 1 as year_withheld,
        needs_year and not bool_or(can_protect_year) over (partition by region_code, year) as region_year_withheld,
    from years
),

months as (
    select
        *,
        year_withheld or has_sensitive_month as has_withheld_months,
        bool_or((year_withheld or has_sensitive_month) and is_in_region) over region_year
        and not bool_or(protects_months and year_withheld) over region_year as needs_months,
        not year_withheld and protects_months as can_protect_months,
    from with_years
    window region_year as (partition by region_code, year)
)

select
    provider_agb,
    year,
    region_code,
    is_in_region,
    year_withheld,
    has_withheld_months or needs_months and can_protect_months and row_number() over (
        partition by region_code, year, can_protect_months order by abs(revenue_cents), provider_agb
    ) = 1 as months_withheld,
    region_year_withheld,
    region_year_withheld
    or needs_months and not bool_or(can_protect_months) over (partition by region_code, year) as region_months_withheld,
from months
