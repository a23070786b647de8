-- Months of a part of a chart in whole millionths, so that a point on the mean is on it: sums of integers are exact.
-- Wide integers, for whatever was counted must be drawn.
with points as (
    select
        kpi_id,
        region_code,
        unit,
        month,
        rebased_from,
        cast(round(value * 1000000) as hugeint) as micros,
    from {{ ref('int_chart_months') }}
    where judged
),

moved as (
    select
        *,
        micros - lag(micros) over month_order as step,
    from points
    window month_order as (partition by kpi_id, region_code, unit, rebased_from order by month)
),

summed as (
    select
        *,
        row_number() over (series order by month) as point,
        cast(count(*) over series as hugeint) as points,
        sum(micros) over series as total,
        coalesce(sum(abs(step)) over series, 0) as range_total,
    from moved
    window series as (partition by kpi_id, region_code, unit, rebased_from)
)

select
    kpi_id,
    region_code,
    unit,
    month,
    rebased_from,
    point,
    points,
    total,
    range_total,
    step,
    sign(micros * points - total) as side,
    abs(micros * points - total) * (points - 1) * 100 > range_total * 266 * points as is_outside,
    abs(micros * points - total) * (points - 1) * 300 > range_total * 532 * points as is_near,
from summed
