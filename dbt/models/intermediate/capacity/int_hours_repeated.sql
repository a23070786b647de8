{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'hour'}
}) }}
-- The few hours in which a measurement was delivered more than once, over the snapshots that stand.
with repeated as (
    select
        provider_agb,
        location_code,
        unit,
        {{ hour_of('measured_at') }} as hour,
    from {{ ref('int_snapshots_repeated') }}
),

standing as (
    select *
    from {{ ref('int_snapshots_current') }}
    {{- of_pending_days('capacity_snapshots', 'measured_at') }}
),

snapshots as (
    select s.*
    from standing as s
    semi join repeated as r
        on
            s.provider_agb = r.provider_agb
            and s.location_code = r.location_code
            and s.unit = r.unit
            and {{ hour_of('s.measured_at') }} = r.hour
)

{{ sums_per_hour('snapshots') }}
