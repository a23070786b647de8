{# The parts of each block in which regions are withheld that are not free: those unsafe, those in which the free ones
   have nothing to differ in, and as many of the smallest others as it takes for each region to differ in two. #}
{% macro kpi_block_parts(roles) -%}
with blocks as (
    select
        family,
        unit,
        parent_start,
        count(distinct quantity) as quantities,
        bool_or(has_free and not is_country_free) as has_free,
    from {{ ref(roles) }}
    group by family, unit, parent_start
),

parts as (
    select
        r.family,
        r.unit,
        r.parent_start,
        r.period_start,
        min(r.country_n) as country_n,
        bool_or(r.role <> 'other' and r.mass > 0) as is_of_use,
        bool_or(r.is_unsafe and r.role = 'unsafe')
        or bool_or(r.is_country_unsafe and not r.is_country_free)
        or bool_or(b.has_free)
        and count(distinct r.quantity) filter (where r.role = 'free' and r.mass > 0) < min(b.quantities) as is_asked,
    from {{ ref(roles) }} as r
    inner join blocks as b using (family, unit, parent_start)
    group by r.family, r.unit, r.parent_start, r.period_start
),

ranked as (
    select
        *,
        count(*) filter (where is_asked) over (partition by family, unit, parent_start) as asked,
        case
            when is_asked then 0
            else row_number() over (
                partition by family, unit, parent_start, is_asked
                order by is_of_use desc, country_n, period_start
            )
        end as part_rank,
    from parts
),

reaches as (
    select
        r.family,
        r.unit,
        r.parent_start,
        coalesce(min(p.part_rank) filter (where r.mass > 0), 12) as reach,
    from {{ ref(roles) }} as r
    inner join ranked as p using (family, unit, parent_start, period_start)
    where r.role = 'unsafe' or r.role = 'free' and not r.is_country_free
    group by
        r.family, r.unit, r.parent_start, r.quantity, case when r.role = 'free' then 'free' else r.region_code end
),

reached as (
    select
        family,
        unit,
        parent_start,
        max(reach) as reach,
    from reaches
    group by family, unit, parent_start
)

select
    p.family,
    p.unit,
    p.parent_start,
    p.period_start,
from ranked as p
left join reached as r using (family, unit, parent_start)
where p.asked > 0 and p.part_rank <= greatest(coalesce(r.reach, 0), case when p.asked = 1 then 1 else 0 end)
{%- endmacro %}
