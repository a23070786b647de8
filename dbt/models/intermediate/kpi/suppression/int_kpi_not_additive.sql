-- Protection by withholding others takes it that months add up to quarters, quarters to years and regions to the
-- country. What is measured outside need not: a source may deliver the whole beside its parts, and something else. A
-- family is withheld together.
with cells as (
    select k.*
    from {{ ref('int_kpi_periods') }} as k
    inner join {{ ref('kpi_definition') }} as d on k.kpi_id = d.kpi_id
    where d.country_value = 'measured'
),

parts as (
    select * replace ('NL' as region_code)
    from cells
    where region_code <> 'NL'
),

regions as (
    select
        kpi_id,
        unit,
        region_code,
        period_type,
        period_start,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
    from parts
    group by all
),

periods as (
    select
        kpi_id,
        unit,
        region_code,
        case period_type when 'month' then 'quarter' else 'year' end as period_type,
        cast(date_trunc(case period_type when 'month' then 'quarter' else 'year' end, period_start) as date)
            as period_start,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
    from cells
    where period_type <> 'year'
    group by all
)

select
    d.kpi_id,
    c.unit,
    year(c.period_start) as year,
from cells as c
left join regions as r using (kpi_id, unit, region_code, period_type, period_start)
left join periods as p using (kpi_id, unit, region_code, period_type, period_start)
inner join {{ ref('kpi_definition') }} as own on c.kpi_id = own.kpi_id
inner join {{ ref('kpi_definition') }} as d on own.family = d.family
where
    p.numerator <> c.numerator
    or p.denominator <> c.denominator
    or (c.region_code = 'NL' and r.numerator is distinct from c.numerator)
    or (c.region_code = 'NL' and r.denominator is distinct from c.denominator)
group by d.kpi_id, c.unit, year(c.period_start)
