-- From a location's first snapshot on, every hour up to the last one that any location measured in.
with locations as (
    select
        provider_agb,
        location_code,
        unit,
        min(hour) as first_hour,
        max(max(hour)) over () as last_hour,
    from {{ ref('hourly') }}
    group by provider_agb, location_code, unit
),

months as (
    select
        l.*,
        m.month,
        timezone('Europe/Amsterdam', cast(m.month as timestamp)) as month_start,
        timezone('Europe/Amsterdam', cast(m.month as timestamp) + interval 1 month) as month_end,
    from locations as l
    inner join {{ ref('int_periods') }} as m
        on
            m.period_type = 'month'
            and m.month between {{ month_of(local_date('l.first_hour')) }} and {{ month_of(local_date('l.last_hour')) }}
),

expected as (
    select
        m.provider_agb,
        m.location_code,
        m.unit,
        m.month,
        p.region_code,
        (
            epoch_us(least(m.last_hour + interval 1 hour, m.month_end))
            - epoch_us(greatest(m.first_hour, m.month_start))
        ) // 3600000000 as hours,
    from months as m
    inner join {{ ref('int_providers_by_year') }} as p
        on m.provider_agb = p.provider_agb and year(m.month) = p.year
),

measured as (
    select
        provider_agb,
        location_code,
        unit,
        month,
        count(*) as hours,
    from {{ ref('int_hours_regional') }}
    group by provider_agb, location_code, unit, month
),

facts as (
    select
        e.region_code,
        e.unit,
        e.month,
        sum(coalesce(m.hours, 0)) as numerator,
        sum(e.hours) as denominator,
        sum(e.hours) as n,
    from expected as e
    left join measured as m using (provider_agb, location_code, unit, month)
    group by e.region_code, e.unit, e.month
)

{{ kpi_over_periods('snapshot_coverage', 'facts') }}
