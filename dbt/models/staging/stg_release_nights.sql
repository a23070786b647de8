select
    delivery_date,
    release_id,
from {{ source('raw', 'release_nights') }}
