-- Inhabitants do not add up over months: in a period a region has those of its own last year delivered up to it. The
-- country is the sum of the regions that have both, so its contacts and its inhabitants are of the same regions.
with facts as (
    select
        kpi_id,
        region_code,
        'all' as unit,
        month,
        sum(numerator) as numerator,
        sum(n) as n,
    from {{ ref('int_declared_cases') }}
    where kpi_id = 'seh_per_1000'
    group by kpi_id, region_code, month
),

contacts as (
    {{ kpi_over_periods('facts', denominator='1') }}
),

inhabitants as (
    select
        region_code,
        year,
        sum(inhabitants) as inhabitants,
    from {{ ref('stg_population') }}
    group by region_code, year
),

regions as (
    select
        c.*,
        i.inhabitants,
    from contacts as c
    asof inner join inhabitants as i
        on c.region_code = i.region_code and year(c.period_start) >= i.year
    where c.region_code <> 'NL'
)

select
    kpi_id,
    coalesce(region_code, 'NL') as region_code,
    unit,
    period_type,
    period_start,
    cast(sum(numerator) as decimal(28, 6)) as numerator,
    cast(cast(sum(inhabitants) as decimal(18, 0)) * cast(0.001 as decimal(4, 3)) as decimal(28, 6)) as denominator,
    cast(sum(n) as bigint) as n,
from regions
group by grouping sets (
    (kpi_id, region_code, unit, period_type, period_start), (kpi_id, unit, period_type, period_start)
)
