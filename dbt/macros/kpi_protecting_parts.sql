{# The table `withheld_parts` of kpi_parts_withheld: the parts in which regions are withheld whose whole is not.
   Required are those that are sensitive, and those in which the regions already suppressed have nothing that could
   differ; the smallest others are added until each such region contributes something in two of them. #}
{% macro kpi_protecting_parts() -%}
tables as (
    select
        family,
        unit,
        parent_start,
        count(distinct quantity) as quantities,
        bool_or(has_already and not is_country_already) as has_already,
    from contributions
    group by family, unit, parent_start
),

parts as (
    select
        c.family,
        c.unit,
        c.parent_start,
        c.period_start,
        min(c.country_n) as country_n,
        bool_or(c.suppression <> 'none' and c.contribution > 0) as can_protect,
        bool_or(c.is_sensitive and c.suppression = 'primary')
        or bool_or(c.is_country_sensitive and not c.is_country_already)
        or bool_or(t.has_already)
        and count(distinct c.quantity) filter (where c.suppression = 'already' and c.contribution > 0)
        < min(t.quantities) as is_required,
    from contributions as c
    inner join tables as t using (family, unit, parent_start)
    group by c.family, c.unit, c.parent_start, c.period_start
),

ranked_parts as (
    select
        *,
        count(*) filter (where is_required) over (partition by family, unit, parent_start) as required,
        case
            when is_required then 0
            else row_number() over (
                partition by family, unit, parent_start, is_required
                order by can_protect desc, country_n, period_start
            )
        end as part_rank,
    from parts
),

{# Regions already suppressed protect each other: to whoever adds up they are one. Twelve is more parts than there are. #}
first_contributions as (
    select
        c.family,
        c.unit,
        c.parent_start,
        coalesce(min(p.part_rank) filter (where c.contribution > 0), 12) as part_rank,
    from contributions as c
    inner join ranked_parts as p using (family, unit, parent_start, period_start)
    where c.suppression = 'primary' or c.suppression = 'already' and not c.is_country_already
    group by
        c.family,
        c.unit,
        c.parent_start,
        c.quantity,
        case when c.suppression = 'already' then 'already' else c.region_code end
),

last_ranks as (
    select
        family,
        unit,
        parent_start,
        max(part_rank) as last_rank,
    from first_contributions
    group by family, unit, parent_start
),

withheld_parts as materialized (
    select
        p.family,
        p.unit,
        p.parent_start,
        p.period_start,
    from ranked_parts as p
    left join last_ranks as l using (family, unit, parent_start)
    where
        p.required > 0
        and p.part_rank <= greatest(coalesce(l.last_rank, 0), case when p.required = 1 then 1 else 0 end)
)
{%- endmacro %}
