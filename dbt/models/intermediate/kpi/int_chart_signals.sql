-- Special causes as "Making Data Count" (NHS) has them; every point that is part of a pattern is marked.
with numbered as (
    select
        *,
        sign(step) as step_side,
        coalesce(step = 0, false) as is_tie,
        point - row_number() over (part_and_side order by month) as side_run,
        -- A tie is no step: it neither continues a trend nor breaks it.
        count(*) filter (where step <> 0) over (part order by month)
        - row_number() over (part_and_step order by month) as step_run,
    from {{ ref('int_chart_points') }}
    window
        part as (partition by kpi_id, region_code, unit, rebased_from),
        part_and_side as (partition by kpi_id, region_code, unit, rebased_from, side),
        part_and_step as (partition by kpi_id, region_code, unit, rebased_from, sign(step))
),

counted as (
    select
        *,
        side <> 0 and count(*) over (
            partition by kpi_id, region_code, unit, rebased_from, side, side_run
        ) >= 7 as in_shift,
        -- Seven points that rise or fall are six steps, and the point before the first step is one of them.
        coalesce(
            step_side <> 0
            and count(*) over (partition by kpi_id, region_code, unit, rebased_from, step_side, step_run) >= 6,
            false
        ) as ends_step_of_trend,
        is_near and not is_outside as is_near_inside,
    from numbered
),

windowed as (
    select
        *,
        coalesce(not is_tie and lead(ends_step_of_trend) over steps_in_order, false) as begins_step_of_trend,
        lead(step_side) over steps_in_order as next_step_side,
        coalesce(
            side <> 0
            and side = lead(side, 1) over month_order
            and side = lead(side, 2) over month_order
            and cast(is_near_inside as integer)
            + cast(lead(is_near_inside, 1) over month_order as integer)
            + cast(lead(is_near_inside, 2) over month_order as integer) >= 2,
            false
        ) as begins_two_of_three,
    from counted
    window
        month_order as (partition by kpi_id, region_code, unit, rebased_from order by month),
        steps_in_order as (partition by kpi_id, region_code, unit, rebased_from, is_tie order by month)
),

signals as (
    select
        *,
        is_near_inside and bool_or(begins_two_of_three) over (
            partition by kpi_id, region_code, unit, rebased_from
            order by month
            rows between 2 preceding and current row
        ) as in_two_of_three,
    from windowed
)

select
    kpi_id,
    region_code,
    unit,
    month,
    rebased_from,
    points,
    total,
    range_total,
    case
        when is_outside then 'outside_limits'
        when begins_step_of_trend or ends_step_of_trend then 'trend'
        when in_two_of_three then 'two_of_three'
        when in_shift then 'shift'
    end as special_cause,
    case
        when is_outside then side
        when begins_step_of_trend then next_step_side
        when ends_step_of_trend then step_side
        else side
    end as signal_side,
from signals
