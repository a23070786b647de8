{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'hour'}
}) }}
-- The few hours in which a measurement was delivered more than once, over the snapshots that stand.
with repeated as (
    select
        *,
        {{ hour_of('measured_at') }} as hour,
    from {{ ref('int_snapshots_repeated') }}
),

validated as (
    select *
    from {{ ref('int_snapshots_validated') }}
    {{- of_pending_days('capacity_snapshots', 'measured_at') }}
),

-- Of all snapshots of those hours: what was delivered once, and of the others the delivery that stands.
snapshots as (
    select s.*
    from validated as s
    semi join repeated as h
        on
            s.provider_agb = h.provider_agb
            and s.location_code = h.location_code
            and s.unit = h.unit
            and {{ hour_of('s.measured_at') }} = h.hour
    left join repeated as r
        on
            s.provider_agb = r.provider_agb
            and s.location_code = r.location_code
            and s.unit = r.unit
            and s.measured_at = r.measured_at
    where not s.unknown_provider and (r.provider_agb is null or s.version_id = r.version_id)
)

{{ sums_per_hour('snapshots') }}
