{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'capacity_snapshots', 'by': 'day', 'instant': 'first_at'}
}) }}
-- noqa: disable=RF03,LT01
-- A day of a location and unit in one row: its first and last snapshot, how often which gap lies between two, and
-- its closed snapshots with the instant of the next one. Lists of a day cost less than a window over all, and a number
-- less than a pair: in each the last bit says closed, the others are the instant in microseconds. Whether a provider is
-- known is asked of the few days and not of the many snapshots.
with delivered as (
    select *
    from {{ ref('stg_capacity_snapshots') }}
    {{- of_pending_days('capacity_snapshots', 'measured_at') }}
),

standing as (
    select d.*
    from delivered as d
    left join {{ ref('int_snapshots_repeated') }} as r
        on
            d.provider_agb = r.provider_agb
            and d.location_code = r.location_code
            and d.unit = r.unit
            and d.measured_at = r.measured_at
    where r.provider_agb is null or d.version_id = r.version_id
),

all_days as materialized (
    select
        s.provider_agb,
        s.location_code,
        s.unit,
        h.day,
        list(2 * epoch_us(s.measured_at) + cast(s.status in ('stop', 'timeout') as integer)) as snapshots,
    from standing as s
    inner join {{ ref('int_snapshot_hours') }} as h on {{ hour_of('s.measured_at') }} = h.hour
    group by s.provider_agb, s.location_code, s.unit, h.day
),

days as (
    select
        a.provider_agb,
        a.location_code,
        a.unit,
        a.day,
        list_sort(a.snapshots) as snapshots,
    from all_days as a
    semi join {{ ref('int_providers_by_period') }} as p
        on a.provider_agb = p.provider_agb and a.day between p.valid_from and p.valid_until
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
