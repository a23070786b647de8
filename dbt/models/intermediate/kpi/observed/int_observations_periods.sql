{{ config(materialized='table') }}
-- A measurement counts in every month, quarter and year that holds the whole of its period. One of the country
-- itself (region_code NL) adds to the country alone.
with periods as (
    select
        o.kpi_id,
        o.region_code,
        t.period_type,
        cast(date_trunc(t.period_type, o.period_start) as date) as period_start,
        o.numerator,
        o.denominator,
    from {{ ref('int_observations_current') }} as o
    inner join (values ('month'), ('quarter'), ('year')) as t (period_type)
        on date_trunc(t.period_type, o.period_start) = date_trunc(t.period_type, o.period_end)
)

select
    kpi_id,
    coalesce(region_code, 'NL') as region_code,
    period_type,
    period_start,
    cast(sum(numerator) as decimal(28, 6)) as numerator,
    cast(sum(denominator) as decimal(28, 6)) as denominator,
from periods
group by grouping sets ((kpi_id, region_code, period_type, period_start), (kpi_id, period_type, period_start))
having grouping(region_code) = 1 or region_code <> 'NL'
