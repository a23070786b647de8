-- Percentiles over the placements of each period themselves: those of months do not add up to that of a year.
with placements as (
    select
        p.region_code,
        d.period_type,
        d.period_start,
        p.took_us,
        p.is_followed,
    from {{ ref('int_placements') }} as p
    inner join {{ ref('int_periods') }} as d on p.month = d.month
),

timed as (
    select
        coalesce(region_code, 'NL') as region_code,
        period_type,
        period_start,
        quantile_cont(took_us, [0.5, 0.9]) as percentiles,
        count(*) filter (where not is_followed) as right_first_time,
        count(*) as placements,
    from placements
    group by grouping sets ((region_code, period_type, period_start), (period_type, period_start))
    having grouping(region_code) = 1 or region_code <> 'NL'
)

select
    k.kpi_id,
    t.region_code,
    'all' as unit,
    t.period_type,
    t.period_start,
    k.numerator,
    k.denominator,
    t.placements as n,
from timed as t
cross join
    lateral (
        values
        ('time_to_placement_p50', cast(t.percentiles[1] / 60000000 as decimal(28, 6)), cast(1 as decimal(28, 6))),
        ('time_to_placement_p90', cast(t.percentiles[2] / 60000000 as decimal(28, 6)), 1),
        ('first_time_right', cast(t.right_first_time as decimal(28, 6)), t.placements)
    ) as k (kpi_id, numerator, denominator)
