-- A KPI of the catalogue that nothing was delivered for says so, on the last whole year of the country.
with absent as (
    select
        d.kpi_id,
        'NL' as region_code,
        'all' as unit,
        'year' as period_type,
        cast(date_trunc('year', r.as_of + 1) - interval 1 year as date) as period_start,
        0 as numerator,
        0 as denominator,
        0 as n,
        false as suppressed,
    from {{ ref('kpi_definition') }} as d
    cross join {{ ref('stg_run') }} as r
    anti join {{ ref('int_kpi_suppressed') }} as k on d.kpi_id = k.kpi_id
),

counted as (
    select * from {{ ref('int_kpi_suppressed') }}
    union all by name
    select * from absent
),

valued as (
    select
        k.*,
        d.direction,
        -- What fills up over the year has met nothing before the year is over.
        coalesce(d.kind = 'cumulative', false)
        and not (
            k.period_type = 'year' and {{ last_day_of_period('k.period_type', 'k.period_start') }} <= r.as_of
        ) as is_under_way,
        case d.measure_unit when '%' then 100 else 1 end
        * cast(k.numerator as double) / nullif(cast(k.denominator as double), 0) as value,
    from counted as k
    inner join {{ ref('kpi_definition') }} as d on k.kpi_id = d.kpi_id
    cross join {{ ref('stg_run') }} as r
),

targeted as (
    select
        v.*,
        cast(t.target as double) as target,
        cast(t.target_low as double) as target_low,
        cast(t.target_high as double) as target_high,
    from valued as v
    asof left join {{ ref('kpi_target') }} as t
        on v.kpi_id = t.kpi_id and v.period_start >= t.valid_from
)

select
    t.kpi_id,
    t.region_code,
    t.unit,
    t.period_type,
    t.period_start,
    cast(case when not t.suppressed then t.numerator end as decimal(28, 6)) as numerator,
    cast(case when not t.suppressed then t.denominator end as decimal(28, 6)) as denominator,
    case when not t.suppressed then t.value end as value,
    case when not t.suppressed then t.n end as n,
    t.suppressed,
    t.target,
    t.target_low,
    t.target_high,
    case
        when t.suppressed then 'suppressed'
        when t.value is null then 'no_data'
        when t.target is null then 'no_target'
        when p.kpi_id is not null or m.provisional or t.is_under_way then 'not_judged'
        when t.direction = 'target' and t.value between t.target_low and t.target_high then 'met'
        when t.direction = 'lower' and t.value <= t.target then 'met'
        when t.direction not in ('lower', 'target') and t.value >= t.target then 'met'
        else 'not_met'
    end as status,
    m.maturity,
    coalesce(m.provisional, false) as provisional,
    p.kpi_id is not null as partial,
    coalesce(
        case t.period_type
            when 'month' then w.months_withheld
            when 'quarter' then w.quarters_withheld
            else w.year_withheld
        end,
        false
    ) as withheld,
from targeted as t
left join {{ ref('int_kpis_withheld') }} as w
    on t.kpi_id = w.kpi_id and t.region_code = w.region_code and year(t.period_start) = w.year
left join {{ ref('int_kpis_partial') }} as p
    on
        t.kpi_id = p.kpi_id
        and t.region_code = p.region_code
        and t.unit = p.unit
        and t.period_type = p.period_type
        and t.period_start = p.period_start
left join {{ ref('int_kpis_maturing') }} as m
    on
        t.kpi_id = m.kpi_id
        and t.region_code = m.region_code
        and t.unit = m.unit
        and t.period_type = m.period_type
        and t.period_start = m.period_start
