-- A month that is not over is no point yet, and what adds up over the year is no series of its own.
with months as (
    select
        v.kpi_id,
        v.region_code,
        v.unit,
        v.period_start as month,
        v.value,
        v.target,
        d.direction,
        v.value is not null and not v.partial and not v.provisional as judged,
    from {{ ref('value') }} as v
    inner join {{ ref('kpi_definition') }} as d on v.kpi_id = d.kpi_id
    cross join {{ ref('stg_run') }} as r
    where
        v.period_type = 'month'
        and d.kind <> 'cumulative'
        and v.period_start + interval 1 month <= r.as_of + interval 1 day
),

-- Parts begin where any row of the feed says so: of the region or of all, of the kind of unit or of all.
rebased as (
    select
        m.kpi_id,
        m.region_code,
        m.unit,
        m.month,
        max(b.from_month) as rebased_from,
    from months as m
    inner join {{ ref('stg_kpi_rebasings') }} as b
        on
            m.kpi_id = b.kpi_id
            and b.region_code in ('all', m.region_code)
            and b.unit in ('all', m.unit)
            and m.month >= b.from_month
    group by m.kpi_id, m.region_code, m.unit, m.month
),

parts as (
    select
        m.*,
        b.rebased_from,
        max(b.rebased_from) over (partition by m.kpi_id, m.region_code, m.unit) as last_from,
    from months as m
    left join rebased as b
        on m.kpi_id = b.kpi_id and m.region_code = b.region_code and m.unit = b.unit and m.month = b.month
)

select
    kpi_id,
    region_code,
    unit,
    month,
    value,
    target,
    direction,
    judged,
    rebased_from,
    coalesce(rebased_from = last_from, last_from is null) as is_last_part,
from parts
