-- What the cells of a KPI contribute that could be added up: only of KPIs with a small cell in that year. Two parts of
-- a share, or numerator and n of another KPI; a percentile does not add up, and of what is no person n is enough. An
-- insurer holds its own declarations beside the published tables, so what protects a cell is what others contribute: of
-- each month the most that any insurer has is taken off, also where it is not the same one everywhere.
with cells as (
    select
        k.*,
        d.family,
        d.kind,
        d.is_personal,
        d.minimum_n,
        year(k.period_start) as year,
        k.n < d.minimum_n as is_small,
    from {{ ref('int_kpi_periods') }} as k
    inner join {{ ref('kpi_definition') }} as d on k.kpi_id = d.kpi_id
),

to_protect as (
    select *
    from cells
    qualify bool_or(is_small) over (partition by family, unit, year)
),

largest_months as (
    select
        kpi_id,
        region_code,
        month,
        max(numerator) as numerator,
        max(rest) as rest,
        max(n) as n,
    from {{ ref('int_declared_cases') }}
    group by kpi_id, region_code, month
),

largest as (
    select
        m.kpi_id,
        m.region_code,
        p.period_type,
        p.period_start,
        cast(sum(m.numerator) as bigint) as numerator,
        cast(sum(m.rest) as bigint) as rest,
        cast(sum(m.n) as bigint) as n,
    from largest_months as m
    inner join {{ ref('int_periods') }} as p on m.month = p.month
    group by m.kpi_id, m.region_code, p.period_type, p.period_start
)

select
    t.family,
    t.unit,
    t.year,
    t.region_code,
    t.period_type,
    t.period_start,
    t.kpi_id,
    t.n,
    t.minimum_n,
    t.is_small,
    q.quantity,
    cast(q.contribution as decimal(28, 6)) as contribution,
from to_protect as t
left join largest as o
    on
        t.kpi_id = o.kpi_id
        and t.region_code = o.region_code
        and t.period_type = o.period_type
        and t.period_start = o.period_start
cross join
    lateral (
        values
        ('n', t.n - coalesce(o.n, 0), not t.is_personal or t.kind <> 'share'),
        ('numerator', t.numerator - coalesce(o.numerator, 0), t.is_personal and t.kind <> 'percentile'),
        ('rest', t.denominator - t.numerator - coalesce(o.rest, 0), t.is_personal and t.kind = 'share')
    ) as q (quantity, contribution, is_used)
where q.is_used
