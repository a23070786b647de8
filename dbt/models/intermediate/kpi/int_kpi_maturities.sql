-- Which part of a KPI's cases is known: of numerator and denominator, sums over the months of a period (of the year so
-- far, where it cumulates), the lower of the two. More than all is as far off as the inverse says.
with budgets as (
    select
        provider_agb,
        year,
    from {{ ref('int_provider_years') }}
    where budget_cents is not null
),

-- A budget is realised by those who have one.
months as (
    select m.*
    from {{ ref('int_months_completed') }} as m
    left join budgets as b on m.provider_agb = b.provider_agb and year(m.month) = b.year
    where m.measure <> 'net_cents' or b.provider_agb is not null
),

sides as (
    select
        kpi_id,
        numerator_measure as measure,
    from {{ ref('kpi_completion') }}
    union all
    select
        kpi_id,
        denominator_measure as measure,
    from {{ ref('kpi_completion') }}
    where denominator_measure is not null
),

periods as (
    select
        p.period_type,
        p.period_start,
        cast(date_trunc('year', p.period_start) as date) as year_start,
        max(p.month) as last_month,
    from {{ ref('int_periods') }} as p
    inner join {{ ref('stg_run') }} as r on p.month <= r.as_of_month
    group by p.period_type, p.period_start
),

placed as (
    select
        s.kpi_id,
        s.measure,
        m.region_code,
        p.period_type,
        p.period_start,
        m.known,
        m.expected,
    from sides as s
    inner join {{ ref('kpi_definition') }} as d on s.kpi_id = d.kpi_id
    inner join months as m on s.measure = m.measure
    inner join periods as p
        on
            m.month between
            case when d.kind = 'cumulative' then p.year_start else p.period_start end and p.last_month
),

summed as (
    select
        kpi_id,
        measure,
        coalesce(region_code, 'NL') as region_code,
        period_type,
        period_start,
        cast(sum(known) as double) as known,
        case when bool_and(expected is not null) then cast(sum(expected) as double) end as expected,
    from placed
    group by grouping sets (
        (kpi_id, measure, region_code, period_type, period_start), (kpi_id, measure, period_type, period_start)
    )
),

shares as (
    select
        *,
        {{ share_known('known', 'expected') }} as share,
    from summed
)

select
    kpi_id,
    region_code,
    period_type,
    period_start,
    case when bool_and(share is not null) then min(share) end as maturity,
    min(known) as cases,
from shares
group by kpi_id, region_code, period_type, period_start
