-- Every cell with what is withheld of it. The country of a KPI stays where none of its regions is withheld: it would be
-- their sum.
with judged as (
    select
        *,
        is_withheld and (
            is_small
            or coalesce(
                bool_or(is_withheld) filter (where region_code <> 'NL') over (
                    partition by kpi_id, unit, period_type, period_start
                ),
                false
            )
        ) as suppressed,
    from {{ ref('int_kpi_listed') }}
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
    suppressed,
from judged
where suppressed or n is not null
