{{ config(materialized='view_in_place') }}
-- Location-hours with the region and the local month of the hour.
select
    provider_agb,
    location_code,
    unit,
    hour,
    region_code,
    day,
    {{ month_of('day') }} as month,
    occupied_avg,
    total_avg,
    occupancy,
    snapshots,
from {{ ref('int_hours') }}
