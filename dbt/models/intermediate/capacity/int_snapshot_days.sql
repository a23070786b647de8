{{ config(materialized='incremental', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'first_at'}
}) }}
-- noqa: disable=RF03
-- A day of a location and unit in one row: its first and last snapshot, how often which gap lies between two, and
-- its closed snapshots with the instant of the next one. Lists of a day cost less than a window over all, and a number
-- less than a pair: in each the last bit says closed, the others are the instant in microseconds.
with days as (
    select
        provider_agb,
        location_code,
        unit,
        measured_on as day,
        list_sort(list(2 * epoch_us(measured_at) + cast(status in ('stop', 'timeout') as integer))) as snapshots,
    from {{ ref('int_snapshots_current') }}
    {{- of_unbuilt_days('capacity_snapshots', 'measured_at') }}
    group by provider_agb, location_code, unit, measured_on
)

select
    provider_agb,
    location_code,
    unit,
    day,
    make_timestamptz(snapshots[1] // 2) as first_at,
    make_timestamptz(snapshots[-1] // 2) as last_at,
    list_aggregate(list_transform(snapshots[2:], lambda s, i: s // 2 - snapshots[i] // 2), 'histogram') as gaps,
    list_transform(
        list_filter(snapshots, lambda s: s % 2 = 1),
        lambda s: struct_pack(
            measured_us := s // 2,
            next_us := snapshots[list_position(snapshots, s) + 1] // 2
        )
    ) as closed,
from days
