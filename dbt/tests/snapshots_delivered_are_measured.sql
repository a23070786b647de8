-- Every accepted snapshot is in one hour of capacity.hourly: those that wait for their provider are not, and of a
-- measurement that was delivered more than once one is. A night with an hour too many or too few would show here.
with accepted as (
    select count(*) as snapshots from {{ ref('stg_capacity_snapshots') }}
),

waiting as (
    select count(*) as snapshots
    from {{ ref('int_reference_quarantine') }} as w
    inner join {{ ref('stg_deliveries') }} as d on w.version_id = d.version_id
    where d.feed = 'capacity_snapshots'
),

repeated as (
    select count(*) as snapshots
    from {{ ref('int_snapshots_validated') }} as s
    inner join {{ ref('int_snapshots_repeated') }} as r
        on
            s.provider_agb = r.provider_agb
            and s.location_code = r.location_code
            and s.unit = r.unit
            and s.measured_at = r.measured_at
    where not s.unknown_provider and s.version_id <> r.version_id
),

measured as (
    select coalesce(sum(snapshots), 0) as snapshots from {{ ref('hourly') }}
)

select
    accepted.snapshots as accepted,
    waiting.snapshots as waiting,
    repeated.snapshots as repeated,
    measured.snapshots as measured,
from accepted
cross join waiting
cross join repeated
cross join measured
where accepted.snapshots - waiting.snapshots - repeated.snapshots <> measured.snapshots
