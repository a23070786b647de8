-- A cell is sensitive where one of its KPIs is below the minimum n, and where it would give a sensitive part of it
-- away: a quarter or year in which all cases, or none, are of one kind says so of each of its months.
with quantities as (
    select
        family,
        unit,
        year,
        region_code,
        period_type,
        period_start,
        min(n) as n,
        bool_or(is_small) as is_small,
        bool_or(contribution <= 0) as has_none,
    from {{ ref('int_kpi_contributions') }}
    group by all
),

dated as (
    select
        *,
        cast(date_trunc('quarter', period_start) as date) as quarter_start,
    from quantities
),

parts as (
    select
        *,
        case period_type
            when 'month' then is_small
            when 'quarter' then is_small or has_none and bool_or(is_small) filter (where period_type = 'month') over (
                partition by family, unit, region_code, quarter_start
            )
        end as is_sensitive_part,
    from dated
)

select
    family,
    unit,
    year,
    region_code,
    period_type,
    period_start,
    case
        when period_type = 'month' then quarter_start
        when period_type = 'quarter' then make_date(year, 1, 1)
    end as parent_start,
    n,
    is_small,
    coalesce(
        is_sensitive_part,
        is_small or has_none and bool_or(is_sensitive_part) over (partition by family, unit, region_code, year),
        false
    ) as is_sensitive,
from parts
