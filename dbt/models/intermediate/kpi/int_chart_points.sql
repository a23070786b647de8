-- Published months of a series in whole millionths, so that a point on the mean is on it: sums of integers are exact.
-- Wide integers, for whatever was counted must be drawn.
-- A month that is not over is no point yet, and what adds up over the year is no series of its own.
with points as (
    select
        v.kpi_id,
        v.region_code,
        v.unit,
        v.period_start as month,
        cast(round(v.value * 1000000) as hugeint) as micros,
    from {{ ref('value') }} as v
    inner join {{ ref('kpi_definition') }} as d on v.kpi_id = d.kpi_id
    cross join {{ ref('stg_run') }} as r
    where
        v.period_type = 'month'
        and v.value is not null
        and d.kind <> 'cumulative'
        and v.period_start + interval 1 month <= r.as_of + interval 1 day
),

moved as (
    select
        *,
        micros - lag(micros) over month_order as step,
    from points
    window month_order as (partition by kpi_id, region_code, unit order by month)
),

summed as (
    select
        *,
        row_number() over (series order by month) as point,
        cast(count(*) over series as hugeint) as points,
        sum(micros) over series as total,
        coalesce(sum(abs(step)) over series, 0) as range_total,
    from moved
    window series as (partition by kpi_id, region_code, unit)
)

select
    kpi_id,
    region_code,
    unit,
    month,
    point,
    points,
    total,
    range_total,
    step,
    sign(micros * points - total) as side,
    abs(micros * points - total) * (points - 1) * 100 > range_total * 266 * points as is_outside,
    abs(micros * points - total) * (points - 1) * 300 > range_total * 532 * points as is_near,
from summed
