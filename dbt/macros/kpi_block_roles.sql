{# The parts (quarters of a year, months of a quarter) of the regions, with what each has of each quantity, and the role
   of the region in that block: `free` where the whole is withheld already, so that all its parts are; `unsafe`
   where a part is; else `other`. Only blocks in which something is withheld as a whole or unsafe. #}
{% macro kpi_block_roles(part, wholes) -%}
with blocks as (
    select
        family,
        unit,
        period_start as parent_start,
        bool_or(region_code <> 'NL') as has_free,
        bool_or(region_code = 'NL') as is_country_free,
    from {{ ref(wholes) }}
    group by family, unit, period_start
),

cells as (
    select
        c.*,
        w.region_code is not null as is_free,
        coalesce(b.has_free, false) as has_free,
        coalesce(b.is_country_free, false) as is_country_free,
    from {{ ref('int_kpi_cells') }} as c
    left join blocks as b using (family, unit, parent_start)
    left join {{ ref(wholes) }} as w
        on
            c.family = w.family
            and c.unit = w.unit
            and c.region_code = w.region_code
            and c.parent_start = w.period_start
    where c.period_type = '{{ part }}'
),

touched as (
    select
        *,
        has_free or is_country_free or bool_or(is_unsafe) over block as is_touched,
        bool_or(is_unsafe) over (partition by family, unit, parent_start, region_code) as is_region_unsafe,
        coalesce(bool_or(is_unsafe) filter (where region_code = 'NL') over part, false) as is_country_unsafe,
        max(n) filter (where region_code = 'NL') over part as country_n,
    from cells
    window
        block as (partition by family, unit, parent_start),
        part as (partition by family, unit, period_start)
)

select
    t.family,
    t.unit,
    t.parent_start,
    t.period_start,
    t.region_code,
    case when t.is_free then 'free' when t.is_region_unsafe then 'unsafe' else 'other' end as role,
    t.is_unsafe,
    t.n,
    t.country_n,
    t.has_free,
    t.is_country_free,
    t.is_country_unsafe,
    m.kpi_id || '.' || m.quantity as quantity,
    m.mass,
from touched as t
inner join {{ ref('int_kpi_masses') }} as m using (family, unit, region_code, period_type, period_start)
where t.is_touched and t.region_code <> 'NL'
{%- endmacro %}
