-- Inhabitants do not add up over months: in a period a region has those of its own last year delivered up to it. The
-- country is the sum of the regions that have both, so its contacts and its inhabitants are of the same regions.
with facts as (
    select
        d.region_code,
        'all' as unit,
        d.month,
        sum(d.debits - d.corrected) as numerator,
        sum(d.debits - d.corrected) as n,
    from {{ ref('int_debits_monthly') }} as d
    inner join {{ ref('performance_code_role') }} as r
        on d.performance_code = r.performance_code and r.role = 'emergency_contact'
    group by d.region_code, d.month
),

contacts as (
    {{ kpi_over_periods('seh_per_1000', 'facts', denominator='1') }}
),

regions as (
    select
        c.*,
        i.inhabitants,
    from contacts as c
    asof inner join {{ ref('int_population_current') }} as i
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
