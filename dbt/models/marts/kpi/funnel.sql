-- Limits round the country's value by the normal approximation: 1.96 and 3.09 standard deviations hold 95 and 99.8 per
-- cent of what chance alone would do in a region of that size.
with regions as (
    select
        r.kpi_id,
        r.region_code,
        year(r.period_start) as year,
        r.value,
        r.n,
        r.partial,
        n.value as expected,
        case d.kind
            when 'share'
                then 100 * sqrt(
                    greatest(n.value / 100 * (1 - n.value / 100), 0) / nullif(cast(r.denominator as double), 0)
                )
            else sqrt(n.value / nullif(cast(r.denominator as double), 0))
        end as deviation,
        case when d.kind = 'share' then 100 else cast('infinity' as double) end as highest,
    from {{ ref('value') }} as r
    inner join {{ ref('kpi_definition') }} as d on r.kpi_id = d.kpi_id
    left join {{ ref('value') }} as n
        on
            r.kpi_id = n.kpi_id
            and r.unit = n.unit
            and r.period_type = n.period_type
            and r.period_start = n.period_start
            and n.region_code = 'NL'
    where
        r.region_code <> 'NL'
        and r.unit = 'all'
        and r.period_type = 'year'
        and d.level = 'regional'
        and d.kind in ('share', 'rate')
),

limited as (
    select
        *,
        greatest(expected - 1.96 * deviation, 0) as lower_95,
        least(expected + 1.96 * deviation, highest) as upper_95,
        greatest(expected - 3.09 * deviation, 0) as lower_998,
        least(expected + 3.09 * deviation, highest) as upper_998,
    from regions
)

select
    l.kpi_id,
    l.region_code,
    l.year,
    l.value,
    l.n,
    l.expected,
    case when l.deviation is not null then l.lower_95 end as lower_95,
    case when l.deviation is not null then l.upper_95 end as upper_95,
    case when l.deviation is not null then l.lower_998 end as lower_998,
    case when l.deviation is not null then l.upper_998 end as upper_998,
    case
        when l.deviation is not null and not l.partial then l.value < l.lower_998 or l.value > l.upper_998
    end as outside,
    coalesce(w.year_withheld, false) as withheld,
from limited as l
left join {{ ref('int_kpis_withheld') }} as w
    on l.kpi_id = w.kpi_id and w.region_code = 'NL' and l.year = w.year
