-- Inhabitants per region and year, of the latest delivery of each area.
with population as (
    select
        s.*,
        d.delivery_order,
    from {{ ref('stg_population') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
),

latest as (
    {{ latest_by_key('population', ['year', 'region_code', 'area']) }}
)

select
    year,
    region_code,
    cast(sum(inhabitants) as bigint) as inhabitants,
from latest
group by year, region_code
