-- noqa: disable=AL03
-- Consecutive closed snapshots without a gap are one stop; each holds until the next, at most twice the cadence. A
-- day's last snapshot is followed by the first of the next day that has any.
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
),

closed as (
    select
        provider_agb,
        location_code,
        unit,
        make_timestamptz(measured_us) as measured_at,
        make_timestamptz(coalesce(next_us, next_day_us)) as next_at,
    from snapshots
),

held as (
    select
        s.provider_agb,
        s.location_code,
        s.unit,
        s.measured_at,
        least(coalesce(s.next_at, s.measured_at + c.longest_hold), s.measured_at + c.longest_hold) as held_until,
    from closed as s
    inner join {{ ref('int_cadences') }} as c using (provider_agb, location_code, unit)
),

marked as (
    select
        *,
        case
            when lag(held_until) over location_order = measured_at then 0
            else 1
        end as is_begin,
    from held
    window location_order as (partition by provider_agb, location_code, unit order by measured_at)
),

numbered as (
    select
        *,
        sum(is_begin) over (partition by provider_agb, location_code, unit order by measured_at) as stop_number,
    from marked
)

select
    provider_agb,
    location_code,
    unit,
    min(measured_at) as started_at,
    max(held_until) as ended_at,
from numbered
group by provider_agb, location_code, unit, stop_number
