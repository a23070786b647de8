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
    {{ local_date('measured_at') }} as measured_on,
from {{ source('raw', 'capacity_snapshots') }}
