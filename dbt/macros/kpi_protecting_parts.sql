{# The table `withheld_parts` of kpi_parts_withheld: the parts in which regions are withheld whose whole is not.
   Required are those that are sensitive, and those in which the regions already suppressed have nothing that could
   differ, or together so few that their sum is a small cell; the smallest others are added until each such region
   contributes something in two of them, and has no small cell in all of them together. #}
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

{# What the regions already suppressed have together, which is what the country less the others tells. #}
already_together as (
    select
        family,
        unit,
        parent_start,
        period_start,
        count(*) as quantities,
    from (
        select
            family,
            unit,
            parent_start,
            period_start,
            quantity,
        from contributions
        where suppression = 'already'
        group by family, unit, parent_start, period_start, quantity
        having max(contribution) > 0 and sum(kpi_n) >= min(minimum_n)
    )
    group by family, unit, parent_start, period_start
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
        and coalesce(min(a.quantities), 0) < min(t.quantities) as is_required,
    from contributions as c
    inner join tables as t using (family, unit, parent_start)
    left join already_together as a using (family, unit, parent_start, period_start)
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

{# Regions already suppressed protect each other: to whoever adds up they are one. #}
contributions_so_far as (
    select
        c.family,
        c.unit,
        c.parent_start,
        c.quantity,
        case when c.suppression = 'already' then 'already' else c.region_code end as contributor,
        p.part_rank,
        max(max(c.contribution)) over so_far > 0 and sum(sum(c.kpi_n)) over so_far >= min(c.minimum_n) as is_enough,
    from contributions as c
    inner join ranked_parts as p using (family, unit, parent_start, period_start)
    where c.suppression = 'primary' or c.suppression = 'already' and not c.is_country_already
    group by c.family, c.unit, c.parent_start, c.quantity, contributor, p.part_rank
    window
        so_far as (
            partition by c.family, c.unit, c.parent_start, c.quantity, contributor order by p.part_rank
        )
),

{# Twelve is more parts than there are. #}
last_ranks as (
    select
        family,
        unit,
        parent_start,
        max(part_rank) as last_rank,
    from (
        select
            family,
            unit,
            parent_start,
            coalesce(min(part_rank) filter (where is_enough), 12) as part_rank,
        from contributions_so_far
        group by family, unit, parent_start, quantity, contributor
    )
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
