{{ config(materialized='incremental', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'hour'}
}) }}
with snapshots as (
    select *
    from {{ ref('stg_capacity_snapshots') }}
    {{- of_unbuilt_days('capacity_snapshots', 'measured_at') }}
),

hours as (
    {{ sums_per_hour('snapshots') }}
)

select
    h.*,
    d.day,
    p.region_code,
from hours as h
inner join {{ ref('int_snapshot_hours') }} as d on h.hour = d.hour
inner join {{ ref('int_providers_by_period') }} as p
    on h.provider_agb = p.provider_agb and d.day between p.valid_from and p.valid_until
