with spreads as (
    select
        region_code,
        unit,
        month,
        hour,
        cast(max(occupancy) - min(occupancy) as decimal(18, 6)) as spread,
    from {{ ref('int_hours') }}
    where occupancy is not null
    group by region_code, unit, month, hour
    having count(*) >= 2
),

facts as (
    select
        'crowding_spread' as kpi_id,
        region_code,
        unit,
        month,
        sum(spread) as numerator,
        count(*) as denominator,
        count(*) as n,
    from spreads
    group by region_code, unit, month
)

{{ kpi_over_periods('facts') }}
