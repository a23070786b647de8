{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'hour'}
}) }}
-- Looked up, not computed for every snapshot: the calendar of a time zone costs more than all else about a row.
with hours as (
    select distinct {{ hour_of('measured_at') }} as hour
    from {{ ref('stg_capacity_snapshots') }}
    {{- of_pending_days('capacity_snapshots', 'measured_at') }}
)

select
    hour,
    {{ local_date('hour') }} as day,
from hours
