-- Measurements that were delivered more than once, with the delivery that wins. They are few, so the hash
-- narrows first and the keys decide after.
with accepted as (
    select
        *,
        hash(provider_agb, location_code, unit, measured_at) as hashed,
    from {{ ref('int_snapshots_judged') }}
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
    max(a.delivery_order) as delivery_order,
from accepted as a
inner join narrowed as n on a.hashed = n.hashed
group by a.provider_agb, a.location_code, a.unit, a.measured_at
having count(*) > 1
