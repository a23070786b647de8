-- From a location's first snapshot on, every hour in which it is expected up to the last one that any location measured
-- in. Of the hours measured only those count that were expected.
with last_measured as (
    select {{ hour_of('max(last_at)') }} as last_hour
    from {{ ref('int_snapshot_days') }}
),

expected as (
    select
        e.*,
        {{ local_date('e.first_hour') }} as first_day,
        m.last_hour,
    from {{ ref('int_locations_expected') }} as e
    cross join last_measured as m
    where e.first_hour is not null
),

months as (
    select
        e.region_code,
        e.unit,
        m.month,
        greatest(
            e.first_hour,
            timezone('Europe/Amsterdam', cast(greatest(e.valid_from, m.month) as timestamp))
        ) as first_hour,
        least(
            e.last_hour + interval 1 hour,
            timezone('Europe/Amsterdam', cast(m.month as timestamp) + interval 1 month),
            timezone('Europe/Amsterdam', cast(e.valid_until as timestamp) + interval 1 day)
        ) as end_hour,
    from expected as e
    inner join {{ ref('int_periods') }} as m
        on
            m.period_type = 'month'
            and m.month >= {{ month_of('greatest(e.valid_from, e.first_day)') }}
            and m.month <= least(e.valid_until, {{ local_date('e.last_hour') }})
),

hours as (
    select
        region_code,
        unit,
        month,
        sum((epoch_us(end_hour) - epoch_us(first_hour)) // 3600000000) as hours,
    from months
    where first_hour < end_hour
    group by region_code, unit, month
),

days as (
    select
        provider_agb,
        location_code,
        unit,
        month,
        day,
        count(*) as hours,
    from {{ ref('int_hours') }}
    group by provider_agb, location_code, unit, month, day
),

measured as (
    select
        e.region_code,
        d.unit,
        d.month,
        sum(d.hours) as hours,
    from days as d
    inner join expected as e
        on
            d.provider_agb = e.provider_agb
            and d.location_code = e.location_code
            and d.unit = e.unit
            and d.day between e.valid_from and e.valid_until
    group by e.region_code, d.unit, d.month
),

facts as (
    select
        'snapshot_coverage' as kpi_id,
        h.region_code,
        h.unit,
        h.month,
        coalesce(m.hours, 0) as numerator,
        h.hours as denominator,
        h.hours as n,
    from hours as h
    left join measured as m using (region_code, unit, month)
)

{{ kpi_over_periods('facts') }}
