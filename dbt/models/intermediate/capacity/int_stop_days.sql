-- The minutes of each stop in each local day that it falls in.
with days as (
    select
        provider_agb,
        location_code,
        unit,
        started_at,
        ended_at,
        unnest(generate_series(
            {{ local_date('started_at') }},
            {{ local_date("ended_at - interval '1 microsecond'") }},
            interval 1 day
        )) as midnight,
    from {{ ref('int_stops') }}
),

bounded as (
    select
        *,
        cast(midnight as date) as day,
        timezone('Europe/Amsterdam', midnight) as day_start,
        timezone('Europe/Amsterdam', midnight + interval 1 day) as day_end,
    from days
)

select
    provider_agb,
    location_code,
    unit,
    started_at,
    day,
    cast(
        cast(epoch_us(least(ended_at, day_end)) - epoch_us(greatest(started_at, day_start)) as decimal(20, 0))
        / 60000000 as decimal(18, 6)
    ) as minutes,
from bounded
