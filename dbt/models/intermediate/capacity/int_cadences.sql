-- The cadence of a location and unit: the median gap between its snapshots, 5 minutes where there is one alone.
select
    provider_agb,
    location_code,
    unit,
    to_microseconds(
        coalesce(
            cast(median(epoch_us(next_at) - epoch_us(measured_at)) * 2 as bigint),
            2 * 300000000
        )
    ) as longest_hold,
from {{ ref('int_snapshots_followed') }}
group by provider_agb, location_code, unit
