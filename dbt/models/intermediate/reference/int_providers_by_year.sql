-- A provider's sector and region of a year are those of its last day in it.
with years as (
    select unnest(range(2000, 2101)) as year
)

select
    p.provider_agb,
    y.year,
    p.sector,
    p.region_code,
from {{ ref('int_providers_by_period') }} as p
inner join years as y
    on
        p.valid_from <= make_date(y.year, 12, 31)
        and p.valid_until >= make_date(y.year, 1, 1)
qualify row_number() over (partition by p.provider_agb, y.year order by p.valid_from desc) = 1
