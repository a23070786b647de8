-- noqa: disable=AL03
-- Closed snapshots with the instant of the next one of their location and unit; a day's last one is followed by the
-- first of the next day that has any.
with days as (
    select
        provider_agb,
        location_code,
        unit,
        closed,
        epoch_us(lead(first_at) over (partition by provider_agb, location_code, unit order by day)) as next_day_us,
    from {{ ref('int_snapshot_days') }}
),

snapshots as (
    select
        provider_agb,
        location_code,
        unit,
        next_day_us,
        unnest(closed, recursive := true),
    from days
    where len(closed) > 0
)

select
    provider_agb,
    location_code,
    unit,
    make_timestamptz(measured_us) as measured_at,
    make_timestamptz(coalesce(next_us, next_day_us)) as next_at,
from snapshots
