with facts as (
    select
        region_code,
        'all' as unit,
        month,
        count(*) filter (where not is_followed) as numerator,
        count(*) as denominator,
        count(*) as n,
    from {{ ref('int_placements') }}
    group by region_code, month
)

{{ kpi_over_periods('first_time_right', 'facts') }}
