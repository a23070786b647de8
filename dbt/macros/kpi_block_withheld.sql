{# What is withheld of the parts: of free regions all, of unsafe ones the parts asked for, and of as many of the
   smallest other regions as it takes for two to differ in each part and quantity; where there are not enough, and
   where the country itself is unsafe, the country's parts instead. Also cells that do not exist, lest a known zero
   tell what the other one is. #}
{% macro kpi_block_withheld(roles, parts, wholes) -%}
with {{ kpi_block_needs(roles, parts) }},

decided as (
    select
        n.family,
        n.unit,
        n.parent_start,
        n.enough,
        bool_or(i.is_country_free) as is_country_free,
        bool_or(i.is_country_unsafe)
        or n.enough > coalesce(max(c.candidates), 0) as is_country_withheld,
    from needs as n
    inner join inside as i using (family, unit, parent_start)
    left join candidates as c using (family, unit, parent_start)
    group by n.family, n.unit, n.parent_start, n.enough
),

chosen as (
    select
        family,
        unit,
        parent_start,
        region_code,
    from {{ ref(roles) }}
    where role = 'unsafe'
    group by family, unit, parent_start, region_code
    union all
    select
        c.family,
        c.unit,
        c.parent_start,
        c.region_code,
    from candidates as c
    inner join decided as d using (family, unit, parent_start)
    where not d.is_country_free and not d.is_country_withheld and c.size_rank <= d.enough
    union all
    select
        family,
        unit,
        parent_start,
        'NL' as region_code,
    from decided
    where not is_country_free and is_country_withheld
),

existing as (
    select
        family,
        unit,
        parent_start,
        period_start,
    from {{ ref(roles) }}
    group by family, unit, parent_start, period_start
)

select
    c.family,
    c.unit,
    c.region_code,
    c.parent_start,
    p.period_start,
from chosen as c
inner join {{ ref(parts) }} as p using (family, unit, parent_start)
union all
select
    w.family,
    w.unit,
    w.region_code,
    e.parent_start,
    e.period_start,
from {{ ref(wholes) }} as w
inner join existing as e
    on w.family = e.family and w.unit = e.unit and w.period_start = e.parent_start
{%- endmacro %}
