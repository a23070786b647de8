with regions as (
    select count(*) as region_count from {{ ref('region') }}
)

select
    'lpz_regions' as kpi_id,
    'NL' as region_code,
    'all' as unit,
    i.period_type,
    i.period_start,
    cast(count(*) filter (where i.has_insight) as decimal(28, 6)) as numerator,
    cast(r.region_count as decimal(28, 6)) as denominator,
    r.region_count as n,
from {{ ref('int_regions_with_insight') }} as i
cross join regions as r
group by i.period_type, i.period_start, r.region_count
