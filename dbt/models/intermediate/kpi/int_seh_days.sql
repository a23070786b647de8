-- Emergency departments and their days with snapshots, with the minutes closed and the stops begun.
with days as (
    select
        provider_agb,
        location_code,
        region_code,
        day,
    from {{ ref('int_hours') }}
    where unit = 'seh'
    group by provider_agb, location_code, region_code, day
),

closed as (
    select
        provider_agb,
        location_code,
        day,
        sum(minutes) as minutes,
        count(*) filter (where day = {{ local_date('started_at') }}) as stops,
    from {{ ref('int_stop_days') }}
    where unit = 'seh'
    group by provider_agb, location_code, day
)

select
    p.region_code,
    day,
    provider_agb,
    location_code,
    d.day is not null as has_snapshots,
    coalesce(c.minutes, 0) as minutes,
    coalesce(c.stops, 0) as stops,
from days as d
full join closed as c using (provider_agb, location_code, day)
inner join {{ ref('int_providers_by_period') }} as p
    using (provider_agb)
where day between p.valid_from and p.valid_until
