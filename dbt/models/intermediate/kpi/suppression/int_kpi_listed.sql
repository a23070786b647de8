-- Every cell, and whether its family is withheld there. A withheld cell of a KPI that the whole has and the part does
-- not is listed like the others, for its absence would say that it is zero. What all units have together (unit `all`)
-- is withheld wherever one of them is: each unit is safe by itself, but the total less the other units would be that
-- one.
with withheld_of_units as (
    select
        *,
        'year' as period_type,
        cast(null as date) as parent_start,
    from {{ ref('int_kpi_withheld_years') }}
    union all by name
    select
        *,
        'quarter' as period_type,
    from {{ ref('int_kpi_withheld_quarters') }}
    union all by name
    select
        *,
        'month' as period_type,
    from {{ ref('int_kpi_withheld_months') }}
),

periods as (
    select
        k.*,
        d.family,
        k.n < d.minimum_n as is_small,
    from {{ ref('int_kpi_periods') }} as k
    inner join {{ ref('kpi_definition') }} as d on k.kpi_id = d.kpi_id
),

families_of_all as (
    select family
    from periods
    where unit = 'all'
    group by family
),

withheld as (
    select * from withheld_of_units
    union
    select u.* replace ('all' as unit)
    from withheld_of_units as u
    semi join families_of_all as a on u.family = a.family
),

quarters as (
    select
        w.*,
        p.kpi_id,
    from withheld as w
    inner join periods as p using (family, unit, region_code)
    where w.period_type = 'quarter' and p.period_type = 'year' and p.period_start = w.parent_start
),

quarters_listed as (
    select
        family,
        unit,
        region_code,
        period_start,
        kpi_id,
    from periods
    where period_type = 'quarter'
    union
    select
        family,
        unit,
        region_code,
        period_start,
        kpi_id,
    from quarters
),

months as (
    select
        w.*,
        q.kpi_id,
    from withheld as w
    inner join quarters_listed as q
        on
            w.family = q.family
            and w.unit = q.unit
            and w.region_code = q.region_code
            and w.parent_start = q.period_start
    where w.period_type = 'month'
),

absent as (
    select
        a.kpi_id,
        a.region_code,
        a.unit,
        a.period_type,
        a.period_start,
    from (
        select * from quarters
        union all
        select * from months
    ) as a
    anti join periods using (kpi_id, region_code, unit, period_type, period_start)
)

select
    p.kpi_id,
    p.region_code,
    p.unit,
    p.period_type,
    p.period_start,
    p.numerator,
    p.denominator,
    p.n,
    p.is_small,
    w.family is not null as is_withheld,
from periods as p
left join withheld as w using (family, unit, region_code, period_type, period_start)
union all
select
    kpi_id,
    region_code,
    unit,
    period_type,
    period_start,
    null as numerator,
    null as denominator,
    null as n,
    region_code <> 'NL' as is_small,
    true as is_withheld,
from absent
