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
    select *
    from {{ ref('int_months_completed') }}
    where measure <> 'net_cents' or (provider_agb, year(month)) in (select (provider_agb, year) from budgets)
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

summed as (
    select
        s.kpi_id,
        s.measure,
        coalesce(m.region_code, 'NL') as region_code,
        p.period_type,
        p.period_start,
        cast(sum(m.known) as double) as known,
        case when bool_and(m.expected is not null) then cast(sum(m.expected) as double) end as expected,
    from sides as s
    inner join {{ ref('kpi_definition') }} as d on s.kpi_id = d.kpi_id
    inner join months as m on s.measure = m.measure
    inner join periods as p
        on
            m.month between
            case when d.kind = 'cumulative' then p.year_start else p.period_start end and p.last_month
    group by grouping sets (
        (s.kpi_id, s.measure, m.region_code, p.period_type, p.period_start),
        (s.kpi_id, s.measure, p.period_type, p.period_start)
    )
),

shares as (
    select
        *,
        case
            when expected > 0 and known > expected then expected / known
            when expected > 0 then greatest(known / expected, 0)
        end as share,
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
