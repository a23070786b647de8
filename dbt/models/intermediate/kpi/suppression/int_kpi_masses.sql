-- What the cells of a KPI have that could be added up: only of KPIs with a small cell in that year. Two parts of a
-- share, or numerator and n of another KPI; a percentile does not add up, and of what is no person n is enough.
with judged as (
    select
        k.*,
        d.family,
        d.kind,
        d.is_personal,
        year(k.period_start) as year,
        k.n < d.minimum_n as is_small,
    from {{ ref('int_kpi_periods') }} as k
    inner join {{ ref('kpi_definition') }} as d on k.kpi_id = d.kpi_id
),

touched as (
    select *
    from judged
    qualify bool_or(is_small) over (partition by family, unit, year)
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
    t.is_small,
    q.quantity,
    cast(q.mass as decimal(28, 6)) as mass,
from touched as t
left join {{ ref('int_kpi_own_periods') }} as o
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
    ) as q (quantity, mass, is_used)
where q.is_used
