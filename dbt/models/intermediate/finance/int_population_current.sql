-- Inhabitants per region and year, of the latest delivery of each area.
with accepted as (
    select *
    from {{ ref('int_population_judged') }}
    where not unknown_region
),

latest as (
    {{ latest_by_key('accepted', ['year', 'region_code', 'area']) }}
)

select
    year,
    region_code,
    cast(sum(inhabitants) as bigint) as inhabitants,
from latest
group by year, region_code
