with regions as (
    select count(*) as region_count from {{ ref('region') }}
)

select
    'lpz_regions' as kpi_id,
    'NL' as region_code,
    'all' as unit,
    w.period_type,
    w.period_start,
    cast(count(*) filter (where w.has_insight) as decimal(28, 6)) as numerator,
    cast(r.region_count as decimal(28, 6)) as denominator,
    r.region_count as n,
from {{ ref('int_regions_at_work') }} as w
cross join regions as r
group by w.period_type, w.period_start, r.region_count
having bool_or(w.has_snapshots)
