select
    version_id,
    row,
    year,
    region_code,
    area,
    inhabitants,
from {{ source('raw', 'population') }}
