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

counted as (
    select * from country
    union all
    select r.* replace ('NL' as region_code)
    from regions as r
    where not {{ measured_on_days_of('r', 'country', ['kpi_id', 'source', 'period_type', 'period_start']) }}
    union all
    select * from regions
)

select
    kpi_id,
    region_code,
    'all' as unit,
    period_type,
    period_start,
    cast(sum(numerator) as decimal(28, 6)) as numerator,
    cast(sum(denominator) as decimal(28, 6)) as denominator,
    cast(floor(cast(sum(denominator) as decimal(28, 6))) as bigint) as n,
from counted
group by kpi_id, region_code, period_type, period_start
