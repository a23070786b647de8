-- Periods that both snapshots and contacts were delivered of. At work: at least one triage by several disciplines.
with triages as (
    select
        c.region_code,
        p.period_type,
        p.period_start,
        sum(c.multidisciplinary) as multidisciplinary,
    from {{ ref('int_contacts_monthly') }} as c
    inner join {{ ref('int_periods') }} as p on c.month = p.month
    group by c.region_code, p.period_type, p.period_start
),

periods as (
    select
        period_type,
        period_start,
    from triages
    group by period_type, period_start
),

regions as (
    select count(*) as region_count from {{ ref('region') }}
)

select
    'zc_regions' as kpi_id,
    'NL' as region_code,
    'all' as unit,
    i.period_type,
    i.period_start,
    cast(count(*) filter (where i.has_insight and t.multidisciplinary > 0) as decimal(28, 6)) as numerator,
    cast(r.region_count as decimal(28, 6)) as denominator,
    r.region_count as n,
from {{ ref('int_regions_with_insight') }} as i
inner join periods using (period_type, period_start)
left join triages as t
    on i.region_code = t.region_code and i.period_type = t.period_type and i.period_start = t.period_start
cross join regions as r
group by i.period_type, i.period_start, r.region_count
