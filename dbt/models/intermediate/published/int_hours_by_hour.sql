{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'hour'}
}) }}
with delivered as (
    select *
    from {{ ref('int_hours_delivered') }}
    {{- of_pending_days('capacity_snapshots', 'hour') }}
)

select
    hour,
    {{ month_of('day') }} as month,
    {{ sum_of_hashes('delivered') }} as hash,
from delivered
group by all
