{# Complementary suppression of the parts of a whole (months of a quarter, quarters of a year); docs/suppression.md has
   it on a worked table. A table here is what one family of KPIs has in one unit and whole: its regions by its parts.
   Regions whose whole is already suppressed are so in all parts; those with a sensitive part are in the parts that
   kpi_protecting_parts finds; of the others as many of the smallest as kpi_protecting_regions finds. Where these are
   not enough, and where the country itself is sensitive, it is the country's parts instead. Cells that do not exist
   are listed too, lest a known zero tell what the other one is.
   part: month or quarter; wholes: model of the wholes that are withheld #}
{% macro kpi_parts_withheld(part, wholes) -%}
with {{ kpi_part_contributions(part, wholes) }},

{{ kpi_protecting_parts() }},

{{ kpi_protecting_regions() }},

decided as (
    select
        n.family,
        n.unit,
        n.parent_start,
        n.regions_needed,
        bool_or(i.is_country_already) as is_country_already,
        bool_or(i.is_country_sensitive)
        or n.regions_needed > coalesce(max(c.candidates), 0) as is_country_withheld,
    from needs as n
    inner join inside as i using (family, unit, parent_start)
    left join candidates as c using (family, unit, parent_start)
    group by n.family, n.unit, n.parent_start, n.regions_needed
),

withheld_regions as (
    select
        family,
        unit,
        parent_start,
        region_code,
    from contributions
    where suppression = 'primary'
    group by family, unit, parent_start, region_code
    union all
    select
        c.family,
        c.unit,
        c.parent_start,
        c.region_code,
    from candidates as c
    inner join decided as d using (family, unit, parent_start)
    where not d.is_country_already and not d.is_country_withheld and c.size_rank <= d.regions_needed
    union all
    select
        family,
        unit,
        parent_start,
        'NL' as region_code,
    from decided
    where not is_country_already and is_country_withheld
),

existing_parts as (
    select
        family,
        unit,
        parent_start,
        period_start,
    from contributions
    group by family, unit, parent_start, period_start
)

select
    r.family,
    r.unit,
    r.region_code,
    r.parent_start,
    p.period_start,
from withheld_regions as r
inner join withheld_parts as p using (family, unit, parent_start)
union all
select
    w.family,
    w.unit,
    w.region_code,
    e.parent_start,
    e.period_start,
from {{ ref(wholes) }} as w
inner join existing_parts as e
    on w.family = e.family and w.unit = e.unit and w.period_start = e.parent_start
{%- endmacro %}
