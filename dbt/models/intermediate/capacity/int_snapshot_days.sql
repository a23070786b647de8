{{ config(materialized='incremental', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'first_at'}
}) }}
-- noqa: disable=RF03
-- A day of a location and unit in one row: its first and last snapshot, how often which gap lies between two, and
-- its closed snapshots with the instant of the next one. Lists of a day cost less than a window over all.
with days as (
    select
        provider_agb,
        location_code,
        unit,
        measured_on as day,
        list_sort(
            list(struct_pack(measured_us := epoch_us(measured_at), is_closed := status in ('stop', 'timeout')))
        ) as snapshots,
    from {{ ref('int_snapshots_current') }}
    {{- of_unbuilt_days('capacity_snapshots', 'measured_at') }}
    group by provider_agb, location_code, unit, measured_on
),

followed as (
    select
        *,
        list_transform(
            snapshots,
            lambda s, i: struct_pack(measured_us := s.measured_us, next_us := snapshots[i + 1].measured_us, is_closed := s.is_closed)
        ) as pairs,
    from days
)

select
    provider_agb,
    location_code,
    unit,
    day,
    make_timestamptz(snapshots[1].measured_us) as first_at,
    make_timestamptz(snapshots[-1].measured_us) as last_at,
    list_aggregate(
        list_transform(pairs[:-2], lambda p: p.next_us - p.measured_us), 'histogram'
    ) as gaps,
    list_filter(pairs, lambda p: p.is_closed) as closed,
from followed
