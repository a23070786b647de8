{# How many of the smallest other regions have to be withheld beside the unsafe and the free ones for two to differ in
   each part and quantity: the first tables of `kpi_block_withheld`, the last of which is `needs`. #}
{% macro kpi_block_needs(roles, parts) -%}
inside as (
    select
        r.*,
        case when r.role = 'free' then 'free' else r.region_code end as entity,
    from {{ ref(roles) }} as r
    inner join {{ ref(parts) }} as p using (family, unit, parent_start, period_start)
),

quantities as (
    select
        family,
        unit,
        parent_start,
        quantity,
        count(distinct entity) filter (where role <> 'other' and mass > 0) as entities,
        count(*) over (partition by family, unit, parent_start) as quantities,
    from inside
    group by family, unit, parent_start, quantity
),

candidates as (
    select
        i.family,
        i.unit,
        i.parent_start,
        i.region_code,
        row_number() over (
            partition by i.family, i.unit, i.parent_start order by sum(i.n), i.region_code
        ) as size_rank,
        count(*) over (partition by i.family, i.unit, i.parent_start) as candidates,
    from inside as i
    inner join quantities as q using (family, unit, parent_start, quantity)
    where i.role = 'other'
    group by i.family, i.unit, i.parent_start, i.region_code
    having count(distinct i.quantity) filter (where i.mass > 0) = min(q.quantities)
),

asked as (
    select
        p.family,
        p.unit,
        p.parent_start,
        q.quantity,
        q.entities,
        case
            when coalesce(bool_or(i.role <> 'other' and i.mass > 0), false) then 0
            else coalesce(min(c.size_rank) filter (where i.mass > 0), 1000)
        end as needed,
    from {{ ref(parts) }} as p
    inner join quantities as q using (family, unit, parent_start)
    left join inside as i using (family, unit, parent_start, period_start, quantity)
    left join candidates as c using (family, unit, parent_start, region_code)
    group by p.family, p.unit, p.parent_start, p.period_start, q.quantity, q.entities
),

needs as (
    select
        family,
        unit,
        parent_start,
        case
            when max(greatest(2 - entities, needed)) filter (where entities > 0) > 0
                then max(greatest(2 - entities, needed))
            else 0
        end as enough,
    from asked
    group by family, unit, parent_start
)
{%- endmacro %}
