-- The cadence of a location and unit: the median gap between its snapshots, 5 minutes where there is one alone.
-- Gaps within a day were counted with the day; those between two days are few. The sum of the two gaps in the middle,
-- which are one and the same when their number is odd, is twice the median.
with days as (
    select
        provider_agb,
        location_code,
        unit,
        gaps,
        epoch_us(first_at) - epoch_us(lag(last_at) over location_order) as gap_before,
    from {{ ref('int_snapshot_days') }}
    window location_order as (partition by provider_agb, location_code, unit order by day)
),

locations as (
    select distinct
        provider_agb,
        location_code,
        unit,
    from days
),

counted as (
    select
        provider_agb,
        location_code,
        unit,
        unnest(map_keys(gaps)) as gap,
        unnest(map_values(gaps)) as gaps,
    from days
    union all
    select
        provider_agb,
        location_code,
        unit,
        gap_before as gap,
        1 as gaps,
    from days
    where gap_before is not null
),

summed as (
    select
        provider_agb,
        location_code,
        unit,
        gap,
        sum(gaps) as gaps,
    from counted
    group by provider_agb, location_code, unit, gap
),

ranked as (
    select
        *,
        sum(gaps) over (partition by provider_agb, location_code, unit order by gap) as until_here,
        sum(gaps) over (partition by provider_agb, location_code, unit) as total,
    from summed
),

medians as (
    select
        provider_agb,
        location_code,
        unit,
        min(gap) filter (where until_here >= (total + 1) // 2)
        + min(gap) filter (where until_here >= (total + 2) // 2) as twice_us,
    from ranked
    group by provider_agb, location_code, unit
)

select
    provider_agb,
    location_code,
    unit,
    coalesce(m.twice_us, 2 * 300000000) as twice_cadence_us,
    to_microseconds(coalesce(m.twice_us, 2 * 300000000)) as longest_hold,
from locations
left join medians as m using (provider_agb, location_code, unit)
