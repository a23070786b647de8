{{ config(materialized='view_in_place') }}
select
    provider_agb,
    location_code,
    unit,
    hour,
    month,
    occupied_avg,
    total_avg,
    occupancy,
    worst_status,
    snapshots,
from {{ ref('int_hours') }}
