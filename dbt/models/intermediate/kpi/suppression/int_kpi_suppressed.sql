-- Every cell with what is withheld of it. The country of a KPI stays where none of its regions is withheld: it would be
-- their sum. In a year that does not add up no other cell can hide a small one, so all that could hold it goes: months,
-- quarters and the country.
with cells as (
    select
        l.*,
        l.is_withheld and (
            l.is_small
            or coalesce(
                bool_or(l.is_withheld) filter (where l.region_code <> 'NL') over (
                    partition by l.kpi_id, l.unit, l.period_type, l.period_start
                ),
                false
            )
        ) as is_hidden,
        u.year is not null
        and (l.is_small or l.period_type <> 'year' or l.region_code = 'NL')
        and bool_or(l.is_small) over (partition by l.kpi_id, l.unit, year(l.period_start)) as is_hidden_part,
    from {{ ref('int_kpi_listed') }} as l
    left join {{ ref('int_kpi_not_additive') }} as u
        on l.kpi_id = u.kpi_id and l.unit = u.unit and year(l.period_start) = u.year
)

select
    kpi_id,
    region_code,
    unit,
    period_type,
    period_start,
    numerator,
    denominator,
    n,
    is_hidden or is_hidden_part as suppressed,
from cells
where is_hidden or is_hidden_part or n is not null
