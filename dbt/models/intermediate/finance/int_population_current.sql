-- Inhabitants per region and year, of the latest delivery of each area.
select
    year,
    region_code,
    cast(sum(inhabitants) as bigint) as inhabitants,
from {{ ref('stg_population') }}
group by year, region_code
