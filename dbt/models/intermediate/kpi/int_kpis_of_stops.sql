-- Stops begun, over one, and minutes closed, over the days of emergency departments with snapshots.
with facts as (
    select
        k.kpi_id,
        d.region_code,
        'seh' as unit,
        {{ month_of('d.day') }} as month,
        sum(k.numerator) as numerator,
        count(*) filter (where d.has_snapshots) as n,
    from {{ ref('int_seh_days') }} as d
    cross join
        lateral (
            values ('seh_stop_count', d.stops), ('seh_stop_minutes_per_day', d.minutes)
        ) as k (kpi_id, numerator)
    group by all
)

{{ kpi_over_periods('facts', denominator="case f.kpi_id when 'seh_stop_count' then 1 else sum(f.n) end") }}
