{{ config(materialized='table_in_place') }}
-- Percentiles over the placements of each period themselves: those of months do not add up to that of a year.
with placements as (
    select
        p.region_code,
        d.period_type,
        d.period_start,
        p.took_us,
    from {{ ref('int_placements') }} as p
    inner join {{ ref('int_periods') }} as d on p.month = d.month
),

timed as (
    select
        region_code,
        period_type,
        period_start,
        region_code is null as is_country,
        quantile_cont(took_us, [0.5, 0.9]) as percentiles,
        count(*) as placements,
    from placements
    group by grouping sets ((region_code, period_type, period_start), (period_type, period_start))
)

select
    coalesce(region_code, 'NL') as region_code,
    period_type,
    period_start,
    cast(percentiles[1] / 60000000 as decimal(28, 6)) as p50_minutes,
    cast(percentiles[2] / 60000000 as decimal(28, 6)) as p90_minutes,
    placements,
from timed
where is_country or region_code <> 'NL'
