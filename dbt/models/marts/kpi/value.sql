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
        case d.unit when '%' then 100 else 1 end
        * cast(k.numerator as double) / nullif(cast(k.denominator as double), 0) as value,
    from counted as k
    inner join {{ ref('kpi_definition') }} as d on k.kpi_id = d.kpi_id
),

targeted as (
    select
        v.*,
        cast(t.target as double) as target,
    from valued as v
    asof left join {{ ref('kpi_target') }} as t
        on v.kpi_id = t.kpi_id and v.period_start >= t.valid_from
)

select
    kpi_id,
    region_code,
    unit,
    period_type,
    period_start,
    cast(case when not suppressed then numerator end as decimal(28, 6)) as numerator,
    cast(case when not suppressed then denominator end as decimal(28, 6)) as denominator,
    case when not suppressed then value end as value,
    case when not suppressed then n end as n,
    suppressed,
    target,
    case
        when suppressed then 'suppressed'
        when value is null then 'no_data'
        when target is null then 'no_target'
        when direction = 'lower' and value <= target then 'met'
        when direction <> 'lower' and value >= target then 'met'
        else 'not_met'
    end as status,
from targeted
