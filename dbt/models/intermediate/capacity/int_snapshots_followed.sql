-- Each snapshot's status and the instant of the next one, of the same location and unit.
select
    provider_agb,
    location_code,
    unit,
    measured_at,
    lead(measured_at) over (
        partition by provider_agb, location_code, unit
        order by measured_at
    ) as next_at,
    status in ('stop', 'timeout') as is_closed,
from {{ ref('int_snapshots_current') }}
