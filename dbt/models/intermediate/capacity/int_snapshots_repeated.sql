{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'measured_at'}
}) }}
-- Measurements that were delivered more than once, with the delivery that stands. They are few, so hours narrow first
-- and the keys decide after.
with snapshots as (
    select *
    from {{ ref('int_snapshots_validated') }}
    {{- of_pending_days('capacity_snapshots', 'measured_at') }}
),

hours as (
    select *
    from {{ ref('int_hours_delivered') }}
    where may_repeat
),

accepted as (
    select s.*
    from snapshots as s
    semi join hours as h
        on
            s.provider_agb = h.provider_agb
            and s.location_code = h.location_code
            and s.unit = h.unit
            and {{ hour_of('s.measured_at') }} = h.hour
    where not s.unknown_provider
)

select
    a.provider_agb,
    a.location_code,
    a.unit,
    a.measured_at,
    max_by(a.version_id, d.delivery_order) as version_id,
from accepted as a
inner join {{ ref('stg_deliveries') }} as d on a.version_id = d.version_id
group by a.provider_agb, a.location_code, a.unit, a.measured_at
having count(*) > 1
