-- The minutes of a stop over the local days it falls in are the time it lasted, on days of 23 and 25 hours too; its
-- minutes are rounded to six places a day, and a stop in capacity.stop once, to two.
with days as (
    select
        provider_agb,
        location_code,
        unit,
        started_at,
        sum(minutes) as minutes,
    from {{ ref('int_stop_days') }}
    group by provider_agb, location_code, unit, started_at
)

select
    provider_agb,
    location_code,
    unit,
    started_at,
    s.minutes,
    d.minutes as minutes_of_days,
from {{ ref('stop') }} as s
full join days as d using (provider_agb, location_code, unit, started_at)
where (abs(s.minutes - d.minutes) <= 0.006) is not true
