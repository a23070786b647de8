{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'measured_at'}
}) }}
-- Snapshots that wait for their provider. They are few among millions, so those of a provider that is known on all days
-- are left out before anything is looked up for them.
with measured as (
    select
        min(day) as first_on,
        max(day) as last_on,
    from {{ ref('int_snapshot_hours') }}
),

always_known as (
    select p.provider_agb
    from {{ ref('int_providers_by_period') }} as p
    inner join measured as m on p.valid_from <= m.first_on and p.valid_until >= m.last_on
),

snapshots as (
    select *
    from {{ ref('stg_capacity_snapshots') }}
    {{- of_pending_days('capacity_snapshots', 'measured_at') }}
)

select
    s.*,
    true as unknown_provider,
from snapshots as s
anti join always_known as a on s.provider_agb = a.provider_agb
inner join {{ ref('int_snapshot_hours') }} as h on {{ hour_of('s.measured_at') }} = h.hour
anti join {{ ref('int_providers_by_period') }} as p
    on s.provider_agb = p.provider_agb and h.day between p.valid_from and p.valid_until
