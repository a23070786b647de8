{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'hour'}
}) }}
with snapshots as (
    select *
    from {{ ref('stg_capacity_snapshots') }}
    {{- of_pending_days('capacity_snapshots', 'measured_at') }}
),

hours as (
    {{ sums_per_hour('snapshots') }}
),

-- Materialized, or DuckDB would first join every provider with every hour.
dated as materialized (
    select
        h.*,
        d.day,
    from hours as h
    inner join {{ ref('int_snapshot_hours') }} as d on h.hour = d.hour
)

select
    d.*,
    p.region_code,
from dated as d
inner join {{ ref('int_providers_by_period') }} as p
    on d.provider_agb = p.provider_agb and d.day between p.valid_from and p.valid_until
