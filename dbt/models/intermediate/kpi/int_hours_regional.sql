{{ config(materialized='view') }}
-- Location-hours with the region and the local month of the hour.
select
    h.provider_agb,
    h.location_code,
    h.unit,
    h.hour,
    p.region_code,
    {{ local_date('h.hour') }} as day,
    {{ month_of(local_date('h.hour')) }} as month,
    h.occupied_avg,
    h.total_avg,
    h.occupancy,
    h.snapshots,
from {{ ref('hourly') }} as h
inner join {{ ref('int_providers_by_period') }} as p
    on h.provider_agb = p.provider_agb and {{ local_date('h.hour') }} between p.valid_from and p.valid_until
