-- Up to the last hour that any location measured in. A location is asked for from its first snapshot on; one that the
-- feed locations has is expected from its first day there, or from the first snapshot of all where that is later. Of
-- what was measured only what was expected counts.
with measured as (
    select
        {{ hour_of('min(first_at)') }} as first_hour,
        {{ hour_of('max(last_at)') }} + interval 1 hour as end_hour,
    from {{ ref('int_snapshot_days') }}
),

expected as (
    select
        e.provider_agb,
        e.location_code,
        e.unit,
        e.region_code,
        e.valid_from,
        e.valid_until,
        e.first_hour,
        case when e.is_registered then m.first_hour else e.first_hour end as registered_hour,
        case when e.is_registered then 2 * e.cadence_minutes * 60000000 else c.twice_cadence_us end as twice_cadence_us,
        m.end_hour,
    from {{ ref('int_locations_expected') }} as e
    cross join measured as m
    left join {{ ref('int_cadences') }} as c using (provider_agb, location_code, unit)
),

months as (
    select
        e.*,
        p.month,
        timezone('Europe/Amsterdam', cast(greatest(e.valid_from, p.month) as timestamp)) as from_hour,
        least(
            e.end_hour,
            timezone('Europe/Amsterdam', cast(p.month as timestamp) + interval 1 month),
            timezone('Europe/Amsterdam', cast(e.valid_until as timestamp) + interval 1 day)
        ) as until_hour,
    from expected as e
    inner join {{ ref('int_periods') }} as p
        on
            p.period_type = 'month'
            and {{ month_of(local_date('e.registered_hour')) }} <= p.month
            and {{ month_of('e.valid_from') }} <= p.month
            and e.valid_until >= p.month
            and e.end_hour > p.month
),

hours as (
    select
        *,
        greatest(epoch_us(until_hour) - epoch_us(greatest(registered_hour, from_hour)), 0) // 3600000000
            as registered_hours,
        case
            when first_hour is not null
                then greatest(epoch_us(until_hour) - epoch_us(greatest(first_hour, from_hour)), 0) // 3600000000
            else 0
        end as hours,
    from months
),

days as (
    select
        provider_agb,
        location_code,
        unit,
        month,
        day,
        count(*) as hours,
        sum(snapshots) as snapshots,
    from {{ ref('int_hours') }}
    group by provider_agb, location_code, unit, month, day
),

found as (
    select
        h.provider_agb,
        h.location_code,
        h.unit,
        h.valid_from,
        h.month,
        sum(d.hours) as hours,
        sum(d.snapshots) as snapshots,
    from hours as h
    inner join days as d
        on
            h.provider_agb = d.provider_agb
            and h.location_code = d.location_code
            and h.unit = d.unit
            and h.month = d.month
            and d.day between h.valid_from and h.valid_until
    group by h.provider_agb, h.location_code, h.unit, h.valid_from, h.month
)

select
    h.provider_agb,
    h.location_code,
    h.unit,
    h.region_code,
    h.valid_from,
    h.month,
    h.hours,
    h.registered_hours,
    coalesce(f.hours, 0) as measured_hours,
    h.hours * 7200000000 // h.twice_cadence_us as snapshots_due,
    coalesce(f.snapshots, 0) as snapshots,
from hours as h
left join found as f using (provider_agb, location_code, unit, valid_from, month)
where h.registered_hours > 0 or h.hours > 0
