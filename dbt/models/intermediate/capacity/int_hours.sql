{{ config(materialized='view_in_place') }}
with hours as (
    select d.*
    from {{ ref('int_hours_delivered') }} as d
    anti join {{ ref('int_hours_repeated') }} as r
        on
            d.provider_agb = r.provider_agb
            and d.location_code = r.location_code
            and d.unit = r.unit
            and d.hour = r.hour
    union all by name
    select
        r.*,
        d.day,
        d.region_code,
    from {{ ref('int_hours_repeated') }} as r
    inner join {{ ref('int_hours_delivered') }} as d
        on
            r.provider_agb = d.provider_agb
            and r.location_code = d.location_code
            and r.unit = d.unit
            and r.hour = d.hour
),

means as (
    select
        *,
        occupied / nullif(pairs, 0) as occupied_avg,
        total / nullif(pairs, 0) as total_avg,
    from hours
)

select
    provider_agb,
    location_code,
    unit,
    hour,
    day,
    {{ month_of('day') }} as month,
    region_code,
    cast(occupied_avg as double) as occupied_avg,
    cast(total_avg as double) as total_avg,
    cast(occupied_avg / nullif(total_avg, 0) as double) as occupancy,
    ['open', 'pressure', 'stop', 'timeout'][worst_rank] as worst_status,
    snapshots,
from means
