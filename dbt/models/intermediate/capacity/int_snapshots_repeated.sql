{{ config(materialized='incremental', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'measured_at'}
}) }}
-- Measurements that were delivered more than once, with the delivery that stands. They are few, so the hash
-- narrows first and the keys decide after.
with accepted as (
    select
        provider_agb,
        location_code,
        unit,
        measured_at,
        version_id,
        delivery_order,
        hash(provider_agb, location_code, unit, measured_at) as hashed,
    from (
        select *
        from {{ ref('int_snapshots_judged') }}
        {{- of_unbuilt_days('capacity_snapshots', 'measured_at') }}
    )
    where not unknown_provider
),

narrowed as (
    select hashed
    from accepted
    group by hashed
    having count(*) > 1
)

select
    a.provider_agb,
    a.location_code,
    a.unit,
    a.measured_at,
    max_by(a.version_id, a.delivery_order) as version_id,
from accepted as a
inner join narrowed as n on a.hashed = n.hashed
group by a.provider_agb, a.location_code, a.unit, a.measured_at
having count(*) > 1
