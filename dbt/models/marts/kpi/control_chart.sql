with series as (
    select
        kpi_id,
        region_code,
        unit,
        rebased_from,
        any_value(points) as points,
        cast(any_value(total) as double) / any_value(points) / 1000000 as centre,
        cast(any_value(range_total) as double) / nullif(any_value(points) - 1, 0) / 1000000 * 2.66 as reach,
    from {{ ref('int_chart_signals') }}
    group by kpi_id, region_code, unit, rebased_from
),

-- Centre and limits rest on all months of a part, and its parts share a KPI: a chart goes whole.
withheld as (
    select distinct
        kpi_id,
        region_code,
    from {{ ref('int_kpis_withheld') }}
    where months_withheld
),

limited as (
    select
        m.*,
        s.centre,
        s.centre - s.reach as lower_limit,
        s.centre + s.reach as upper_limit,
        c.special_cause,
        c.signal_side * case m.direction when 'higher' then 1 when 'lower' then -1 else 0 end as towards_better,
        coalesce(s.points, 0) < 12 as trial,
    from {{ ref('int_chart_months') }} as m
    left join series as s
        on
            m.kpi_id = s.kpi_id
            and m.region_code = s.region_code
            and m.unit = s.unit
            and m.rebased_from is not distinct from s.rebased_from
    left join {{ ref('int_chart_signals') }} as c
        on m.kpi_id = c.kpi_id and m.region_code = c.region_code and m.unit = c.unit and m.month = c.month
)

select
    l.kpi_id,
    l.region_code,
    l.unit,
    l.month,
    l.value,
    l.centre,
    l.lower_limit,
    l.upper_limit,
    l.special_cause,
    case
        when not l.judged then null
        when l.special_cause is null then 'common'
        when l.towards_better > 0 then 'improving'
        when l.towards_better < 0 then 'worsening'
        else 'neutral'
    end as variation,
    case
        when not l.is_last_part or l.target is null or l.lower_limit is null then null
        when l.direction = 'lower' and l.upper_limit <= l.target then 'passes'
        when l.direction = 'lower' and l.lower_limit > l.target then 'fails'
        when l.direction <> 'lower' and l.lower_limit >= l.target then 'passes'
        when l.direction <> 'lower' and l.upper_limit < l.target then 'fails'
        else 'hit_and_miss'
    end as assurance,
    l.trial,
    l.rebased_from,
    l.judged,
    w.kpi_id is not null as withheld,
from limited as l
left join withheld as w on l.kpi_id = w.kpi_id and l.region_code = w.region_code
