-- A share of what is known rests on all months of all that complete each other, so where any month of the KPI is
-- withheld it is a whole per cent, and there only if one per cent of what it rests on is as many as may be shown.
with parameters as (
    select
        max_by(p.value, p.valid_from) filter (where p.parameter = 'provisional_below_share') as below_share,
        max_by(p.value, p.valid_from) filter (where p.parameter = 'provisional_months') as months,
    from {{ ref('completion_parameter') }} as p
    inner join {{ ref('stg_run') }} as r on p.valid_from <= r.as_of
),

withheld as (
    select k.kpi_id
    from {{ ref('int_kpi_suppressed') }} as k
    inner join {{ ref('stg_run') }} as r on k.period_start <= {{ last_whole_month('r.as_of') }}
    where k.suppressed and k.period_type = 'month'
    union
    select kpi_id
    from {{ ref('int_kpis_withheld') }}
),

bases as (
    select
        kpi_id,
        region_code,
        sum(cases) as cases,
    from {{ ref('int_kpi_maturities') }}
    where period_type = 'year'
    group by kpi_id, region_code
),

cells as (
    select
        k.kpi_id,
        k.region_code,
        k.unit,
        k.period_type,
        k.period_start,
        m.maturity,
        w.kpi_id is null as is_exact,
        coalesce(b.cases >= 100 * d.minimum_n, false) as is_large,
        {{ last_day_of_period('k.period_type', 'k.period_start') }} + 1 as over_from,
    from {{ ref('int_kpi_suppressed') }} as k
    inner join {{ ref('kpi_completion') }} as c on k.kpi_id = c.kpi_id
    inner join {{ ref('kpi_definition') }} as d on k.kpi_id = d.kpi_id
    left join {{ ref('int_kpi_maturities') }} as m
        on
            k.kpi_id = m.kpi_id
            and k.region_code = m.region_code
            and k.period_type = m.period_type
            and k.period_start = m.period_start
    left join withheld as w on k.kpi_id = w.kpi_id
    left join bases as b on k.kpi_id = b.kpi_id and k.region_code = b.region_code
    where not k.suppressed
)

select
    c.kpi_id,
    c.region_code,
    c.unit,
    c.period_type,
    c.period_start,
    case
        when c.is_exact then c.maturity
        when c.is_large then round(c.maturity, 2)
    end as maturity,
    case
        when c.maturity is not null then c.maturity < p.below_share
        else r.as_of + 1 < c.over_from + to_months(cast(p.months as integer))
    end as provisional,
from cells as c
cross join parameters as p
cross join {{ ref('stg_run') }} as r
