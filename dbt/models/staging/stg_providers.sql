select
    version_id,
    row,
    agb as provider_agb,
    name,
    sector,
    region_code,
    valid_from,
    valid_to,
from {{ source('raw', 'providers') }}
