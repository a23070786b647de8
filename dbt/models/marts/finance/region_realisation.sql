with years as (
    select
        region_code,
        year,
        sum(budget_cents) as budget_cents,
        sum(revenue_cents) as revenue_cents,
        sum(disputed_cents) as disputed_cents,
        sum(lump_sum_cents) as lump_sum_cents,
    from {{ ref('int_provider_years') }}
    where region_code is not null
    group by region_code, year
),

found as (
    select
        region_code,
        year,
        count(*) as findings,
    from {{ ref('int_findings') }}
    group by region_code, year
),

expected as (
    select
        y.*,
        f.forecast_cents + y.lump_sum_cents - y.disputed_cents as expected_cents,
        f.low_cents + y.lump_sum_cents - y.disputed_cents as low_cents,
        f.high_cents + y.lump_sum_cents - y.disputed_cents as high_cents,
    from years as y
    left join {{ ref('int_region_forecasts') }} as f on y.region_code = f.region_code and y.year = f.year
)

select
    e.region_code,
    cast(e.year as bigint) as year,
    {{ eur('e.budget_cents') }} as budget_eur,
    {{ eur('e.revenue_cents') }} as revenue_eur,
    {{ eur('e.expected_cents') }} as expected_final_eur,
    {{ eur('e.low_cents') }} as expected_low_eur,
    {{ eur('e.high_cents') }} as expected_high_eur,
    {{ eur('coalesce(e.budget_cents, 0) - e.revenue_cents') }} as revenue_difference_eur,
    {{ eur('e.disputed_cents') }} as disputed_eur,
    coalesce(f.findings, 0) as findings,
    case
        when e.budget_cents is null or e.low_cents is null then null
        -- Of a year that is over the interval can leave the expected amount aside; then the two do not agree.
        when least(e.low_cents, e.expected_cents) > e.budget_cents then 'above'
        when greatest(e.high_cents, e.expected_cents) < e.budget_cents then 'below'
        else 'open'
    end as outlook,
from expected as e
left join found as f on e.region_code = f.region_code and e.year = f.year
