-- Regions differ by more than chance: the ratio says how much more, from z-scores of which the extreme tenths on either
-- side count as the tenth's border, so that the regions that a funnel is to find do not widen it.
with borders as (
    select
        kpi_id,
        year,
        quantile_cont(z_score, 0.1) as lowest,
        quantile_cont(z_score, 0.9) as highest,
    from {{ ref('int_funnel_regions') }}
    where not is_unjudged
    group by kpi_id, year
),

dispersed as (
    select
        r.kpi_id,
        r.year,
        avg(least(greatest(r.z_score, b.lowest), b.highest) ** 2 order by r.region_code) as overdispersion,
    from {{ ref('int_funnel_regions') }} as r
    inner join borders as b using (kpi_id, year)
    where not r.is_unjudged and r.z_score is not null
    group by r.kpi_id, r.year
),

widened as (
    select
        r.*,
        d.overdispersion,
        sqrt(greatest(coalesce(d.overdispersion, 1), 1)) as widening,
        case r.kind when 'share' then 100 else cast('infinity' as double) end as largest,
    from {{ ref('int_funnel_regions') }} as r
    left join dispersed as d using (kpi_id, year)
)

select
    l.kpi_id,
    l.region_code,
    l.year,
    l.value,
    l.n,
    l.expected,
    l.lower_95,
    l.upper_95,
    l.lower_998,
    l.upper_998,
    l.overdispersion,
    case when l.lower_998 is not null then greatest(l.expected + (l.lower_998 - l.expected) * l.widening, 0) end
        as lower_998_adjusted,
    case when l.upper_998 is not null then least(l.expected + (l.upper_998 - l.expected) * l.widening, l.largest) end
        as upper_998_adjusted,
    case when l.upper_998 is not null and not l.is_unjudged then l.value < l.lower_998 or l.value > l.upper_998 end
        as outside,
    coalesce(w.year_withheld, false) as withheld,
from widened as l
left join {{ ref('int_kpis_withheld') }} as w
    on l.kpi_id = w.kpi_id and w.region_code = 'NL' and l.year = w.year
