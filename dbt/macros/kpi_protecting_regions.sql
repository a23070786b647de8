{# The tables `inside`, `candidates` and `needs` of kpi_parts_withheld: how many of the smallest other regions have to
   be withheld beside those already suppressed and the primary ones, for two to contribute to each part and quantity,
   and for what they have together in a part, which the country less the rest is, to be no small cell. #}
{% macro kpi_protecting_regions() -%}
inside as (
    select
        c.*,
        case when c.suppression = 'already' then 'already' else c.region_code end as contributor,
    from contributions as c
    inner join withheld_parts as p using (family, unit, parent_start, period_start)
),

quantities as (
    select
        family,
        unit,
        parent_start,
        quantity,
        count(distinct contributor) filter (where suppression <> 'none' and contribution > 0) as contributors,
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
    where i.suppression = 'none'
    group by i.family, i.unit, i.parent_start, i.region_code
    having count(distinct i.quantity) filter (where i.contribution > 0) = min(q.quantities)
),

{# A part that nobody suppressed contributes to takes the first candidate that does; there are fewer than 1000. #}
needs_of_parts as (
    select
        p.family,
        p.unit,
        p.parent_start,
        q.contributors,
        case
            when
                coalesce(bool_or(i.suppression <> 'none' and i.contribution > 0), false)
                and sum(i.kpi_n) filter (where i.suppression <> 'none') >= min(i.minimum_n)
                then 0
            else coalesce(min(c.size_rank) filter (where i.contribution > 0), 1000)
        end as first_rank,
    from withheld_parts as p
    inner join quantities as q using (family, unit, parent_start)
    left join inside as i using (family, unit, parent_start, period_start, quantity)
    left join candidates as c using (family, unit, parent_start, region_code)
    group by p.family, p.unit, p.parent_start, p.period_start, q.quantity, q.contributors
),

needs as (
    select
        family,
        unit,
        parent_start,
        case
            when max(greatest(2 - contributors, first_rank)) filter (where contributors > 0) > 0
                then max(greatest(2 - contributors, first_rank))
            else 0
        end as regions_needed,
    from needs_of_parts
    group by family, unit, parent_start
)
{%- endmacro %}
