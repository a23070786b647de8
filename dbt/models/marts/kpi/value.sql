with valued as (
    select
        k.*,
        d.direction,
        case d.unit when '%' then 100 else 1 end
        * cast(k.numerator as double) / nullif(cast(k.denominator as double), 0) as value,
    from {{ ref('int_kpi_suppressed') }} as k
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
    case when not suppressed then numerator end as numerator,
    case when not suppressed then denominator end as denominator,
    case when not suppressed then value end as value,
    case when not suppressed then n end as n,
    suppressed,
    target,
    case
        when suppressed then 'suppressed'
        when value is null then 'not_available'
        when target is null then 'no_target'
        when direction = 'lower' and value <= target then 'met'
        when direction <> 'lower' and value >= target then 'met'
        else 'not_met'
    end as status,
from targeted
