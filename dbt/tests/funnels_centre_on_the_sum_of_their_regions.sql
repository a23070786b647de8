-- What a funnel expects of a region is the sum of what all its regions show, where all of them and the country are
-- shown; a centre over other people than the points would call everyone an exception.
with years as (
    select
        v.kpi_id,
        year(v.period_start) as year,
        case d.measure_unit when '%' then 100 else 1 end
        * cast(sum(v.numerator) as double) / nullif(cast(sum(v.denominator) as double), 0) as of_regions,
    from {{ ref('value') }} as v
    inner join {{ ref('kpi_definition') }} as d on v.kpi_id = d.kpi_id and d.country_value in ('sum', 'measured')
    where v.region_code <> 'NL' and v.period_type = 'year' and v.unit = 'all'
    group by v.kpi_id, d.measure_unit, year(v.period_start)
    having not bool_or(v.suppressed)
),

measured as (
    select
        kpi_id,
        year(period_start) as year,
    from {{ ref('int_observations_regional') }}
    where region_code = 'NL' and period_type = 'year'
    group by all
)

select
    f.kpi_id,
    f.region_code,
    f.year,
    f.expected,
    y.of_regions,
from {{ ref('funnel') }} as f
inner join years as y using (kpi_id, year)
anti join measured using (kpi_id, year)
where
    f.expected is not null
    and (abs(f.expected - y.of_regions) <= 0.000000001 * greatest(abs(y.of_regions), 1)) is not true
