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

{# What is withheld of the parts: of free regions all, of unsafe ones the parts asked for, and of as many of the
   smallest other regions as it takes for two to differ in each part and quantity; where there are not enough, and
   where the country itself is unsafe, the country's parts instead. Also cells that do not exist, lest a known zero
   tell what the other one is. #}
{% macro kpi_block_withheld(roles, parts, wholes) -%}
with inside as (
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
),

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
