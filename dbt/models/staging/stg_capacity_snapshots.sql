select
    version_id,
    row,
    provider_agb,
    location_code,
    unit,
    measured_at,
    places_total,
    places_occupied,
    status,
    crowding_index,
from {{ source('raw', 'capacity_snapshots') }}
