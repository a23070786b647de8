-- Inhabitants do not add up over months: a period has those of the last year delivered up to its own.
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

inhabitants as (
    select
        year,
        coalesce(region_code, 'NL') as region_code,
        cast(sum(inhabitants) as bigint) as inhabitants,
    from {{ ref('int_population_current') }}
    group by grouping sets ((year, region_code), (year))
)

select
    c.kpi_id,
    c.region_code,
    c.unit,
    c.period_type,
    c.period_start,
    c.numerator,
    cast(cast(i.inhabitants as decimal(18, 0)) * cast(0.001 as decimal(4, 3)) as decimal(28, 6)) as denominator,
    c.n,
from contacts as c
asof inner join inhabitants as i
    on c.region_code = i.region_code and year(c.period_start) >= i.year
