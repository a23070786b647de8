{# The tables `table_cells` and `contributions` of kpi_parts_withheld: what each region has of each quantity in each
   part, and how its cells are suppressed: `already` where its whole is withheld, `primary` where a part of it is
   sensitive, else `none`. Only tables in which something is one of the two. #}
{% macro kpi_part_contributions(part, wholes) -%}
already as (
    select
        family,
        unit,
        period_start as parent_start,
        bool_or(region_code <> 'NL') as has_already,
        bool_or(region_code = 'NL') as is_country_already,
    from {{ ref(wholes) }}
    group by family, unit, period_start
),

cells as (
    select
        c.*,
        w.region_code is not null as is_already,
        coalesce(a.has_already, false) as has_already,
        coalesce(a.is_country_already, false) as is_country_already,
    from {{ ref('int_kpi_cells') }} as c
    left join already as a using (family, unit, parent_start)
    left join {{ ref(wholes) }} as w
        on
            c.family = w.family
            and c.unit = w.unit
            and c.region_code = w.region_code
            and c.parent_start = w.period_start
    where c.period_type = '{{ part }}'
),

table_cells as (
    select
        *,
        has_already or is_country_already or bool_or(is_sensitive) over whole as is_to_protect,
        bool_or(is_sensitive) over (partition by family, unit, parent_start, region_code) as has_sensitive_part,
        coalesce(bool_or(is_sensitive) filter (where region_code = 'NL') over part, false) as is_country_sensitive,
        max(n) filter (where region_code = 'NL') over part as country_n,
    from cells
    window
        whole as (partition by family, unit, parent_start),
        part as (partition by family, unit, period_start)
),

contributions as materialized (
    select
        t.family,
        t.unit,
        t.parent_start,
        t.period_start,
        t.region_code,
        case when t.is_already then 'already' when t.has_sensitive_part then 'primary' else 'none' end as suppression,
        t.is_sensitive,
        t.n,
        t.country_n,
        t.has_already,
        t.is_country_already,
        t.is_country_sensitive,
        c.kpi_id || '.' || c.quantity as quantity,
        c.contribution,
        c.n as kpi_n,
        c.minimum_n,
    from table_cells as t
    inner join {{ ref('int_kpi_contributions') }} as c using (family, unit, region_code, period_type, period_start)
    where t.is_to_protect and t.region_code <> 'NL'
)
{%- endmacro %}
