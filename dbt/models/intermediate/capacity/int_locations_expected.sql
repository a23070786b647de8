-- The days on which snapshots of a unit at a location are expected: those of the feed locations where it has rows, else
-- all from its first snapshot on; and only days of which its provider is known, for nothing can be measured on others.
with delivered as (
    select
        version_id,
        row,
        provider_agb,
        location_code,
        unit,
        coalesce(cadence_minutes, 5) as cadence_minutes,
        valid_from,
        valid_to,
    from {{ ref('stg_locations') }}
),

periods as (
    {{ held_periods('delivered', ['provider_agb', 'location_code', 'unit']) }}
),

measured as (
    select
        provider_agb,
        location_code,
        unit,
        min(day) as first_day,
        {{ hour_of('min(first_at)') }} as first_hour,
    from {{ ref('int_snapshot_days') }}
    group by provider_agb, location_code, unit
),

registered as (
    select
        r.*,
        m.first_hour,
        true as is_registered,
    from periods as r
    left join measured as m using (provider_agb, location_code, unit)
),

unregistered as (
    select
        provider_agb,
        location_code,
        unit,
        5 as cadence_minutes,
        measured.first_day as valid_from,
        date '9999-12-31' as valid_until,
        measured.first_hour,
        false as is_registered,
    from measured
    anti join periods using (provider_agb, location_code, unit)
),

locations as (
    select * from registered
    union all by name
    select * from unregistered
)

select
    l.provider_agb,
    l.location_code,
    l.unit,
    p.region_code,
    l.cadence_minutes,
    l.is_registered,
    l.first_hour,
    greatest(l.valid_from, p.valid_from) as valid_from,
    least(l.valid_until, p.valid_until) as valid_until,
from locations as l
inner join {{ ref('int_providers_by_period') }} as p
    on
        l.provider_agb = p.provider_agb
        and l.valid_from <= p.valid_until
        and l.valid_until >= p.valid_from
