{{ config(materialized='view_in_place') }}
select
    s.provider_agb,
    s.location_code,
    s.unit,
    s.measured_at,
    s.measured_on,
    s.region_code,
    s.places_total,
    s.places_occupied,
    s.status,
from {{ ref('int_snapshots_judged') }} as s
left join {{ ref('int_snapshots_repeated') }} as r
    on
        s.provider_agb = r.provider_agb
        and s.location_code = r.location_code
        and s.unit = r.unit
        and s.measured_at = r.measured_at
where not s.unknown_provider and (r.provider_agb is null or s.version_id = r.version_id)
