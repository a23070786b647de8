-- Means are rounded to six places before they are summed: sums of decimals do not depend on the order.
with facts as (
    select
        'occupancy' as kpi_id,
        region_code,
        unit,
        month,
        sum(cast(occupied_avg as decimal(18, 6))) as numerator,
        sum(cast(total_avg as decimal(18, 6))) as denominator,
        sum(snapshots) as n,
    from {{ ref('int_hours') }}
    where occupied_avg is not null and total_avg is not null
    group by all
)

{{ kpi_over_periods('facts') }}
