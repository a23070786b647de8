-- Regions and years of which a KPI that counts declarations rests on few insurers, in a month, a quarter or the
-- whole year: both what it counts and the rest of its cases, of which an insurer has its own.
with cases as (
    select
        *,
        year(month) as year,
        quarter(month) as quarter,
    from {{ ref('int_declared_cases') }}
),

insurers as (
    select
        kpi_id,
        region_code,
        year,
        month is not null as is_month,
        quarter is null as is_year,
        count(distinct insurer_uzovi) filter (where numerator > 0) as of_numerator,
        count(distinct insurer_uzovi) filter (where rest > 0) as of_rest,
    from cases
    group by grouping sets (
        (kpi_id, region_code, year, quarter, month), (kpi_id, region_code, year, quarter), (kpi_id, region_code, year)
    )
),

assessed as (
    select
        i.*,
        {{ too_few('i.of_numerator', '0') }} or {{ too_few('i.of_rest', '0') }} as is_sensitive,
    from insurers as i
    cross join {{ ref('int_disclosure_limits') }} as l
)

select
    kpi_id,
    region_code,
    year,
    bool_or(is_sensitive) as months_withheld,
    coalesce(bool_or(is_sensitive) filter (where not is_month), false) as quarters_withheld,
    coalesce(bool_or(is_sensitive) filter (where is_year), false) as year_withheld,
from assessed
group by kpi_id, region_code, year
