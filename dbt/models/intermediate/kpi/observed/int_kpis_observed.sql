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
),

summed as (
    select
        kpi_id,
        region_code,
        period_type,
        period_start,
        cast(sum(numerator) as decimal(28, 6)) as numerator,
        cast(sum(denominator) as decimal(28, 6)) as denominator,
    from counted
    group by kpi_id, region_code, period_type, period_start
),

-- Beside some shares the catalogue has the bare count.
listed as (
    select
        *,
        kpi_id as measured_as,
    from summed
    union all
    select
        s.* replace (d.kpi_id as kpi_id),
        s.kpi_id as measured_as,
    from summed as s
    inner join {{ ref('kpi_definition') }} as d on s.kpi_id || '_count' = d.kpi_id
)

select
    kpi_id,
    region_code,
    'all' as unit,
    period_type,
    period_start,
    numerator,
    case when kpi_id = measured_as then denominator else 1 end as denominator,
    cast(floor(denominator) as bigint) as n,
from listed
