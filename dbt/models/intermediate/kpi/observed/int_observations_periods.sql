{{ config(materialized='table_in_place') }}
-- Sources add up. What a source measured of the country itself (region_code NL) goes before what it measured in the
-- regions on those days, and adds to no region.
with country as (
    select *
    from {{ ref('int_observations_regional') }}
    where region_code = 'NL'
),

regions as (
    select *
    from {{ ref('int_observations_regional') }}
    where region_code <> 'NL'
),

country_of_regions as (
    select r.* replace ('NL' as region_code)
    from regions as r
    where not exists (
        select 1
        from country as c
        where
            (c.kpi_id, c.source, c.period_type, c.period_start)
            = (r.kpi_id, r.source, r.period_type, r.period_start)
            and c.first_day <= r.last_day
            and c.last_day >= r.first_day
    )
),

counted as (
    select * from country
    union all
    select * from country_of_regions
    union all
    select * from regions
)

select
    kpi_id,
    region_code,
    period_type,
    period_start,
    cast(sum(numerator) as decimal(28, 6)) as numerator,
    cast(sum(denominator) as decimal(28, 6)) as denominator,
from counted
group by kpi_id, region_code, period_type, period_start
