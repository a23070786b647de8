select
    provider_agb,
    location_code,
    unit,
    started_at,
    ended_at,
    cast(
        cast(epoch_us(ended_at) - epoch_us(started_at) as decimal(20, 0)) / 60000000 as decimal(18, 2)
    ) as minutes,
from {{ ref('int_stops') }}
