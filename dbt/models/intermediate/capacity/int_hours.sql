{{ config(materialized='incremental', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'hour'}
}) }}
with snapshots as (
    select
        *,
        {{ hour_of('measured_at') }} as hour,
        list_position(['open', 'pressure', 'stop', 'timeout'], status) as status_rank,
    from {{ ref('int_snapshots_current') }}
    {{- of_unbuilt_days('capacity_snapshots', 'measured_at') }}
),

hours as (
    select
        provider_agb,
        location_code,
        unit,
        hour,
        min(measured_on) as day,
        min(region_code) as region_code,
        sum(places_occupied) as occupied,
        count(places_occupied) as occupied_count,
        sum(places_total) as total,
        count(places_total) as total_count,
        max(status_rank) as worst_rank,
        count(*) as snapshots,
    from snapshots
    group by provider_agb, location_code, unit, hour
),

means as (
    select
        *,
        occupied / nullif(occupied_count, 0) as occupied_avg,
        total / nullif(total_count, 0) as total_avg,
    from hours
)

select
    provider_agb,
    location_code,
    unit,
    hour,
    day,
    region_code,
    cast(occupied_avg as double) as occupied_avg,
    cast(total_avg as double) as total_avg,
    cast(occupied_avg / nullif(total_avg, 0) as double) as occupancy,
    ['open', 'pressure', 'stop', 'timeout'][worst_rank] as worst_status,
    snapshots,
from means
