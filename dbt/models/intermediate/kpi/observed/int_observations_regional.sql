-- What a source measured of a region itself goes before what it measured at the providers in it, day by day.
with own as (
    select *
    from {{ ref('int_observations_counted') }}
    where provider_agb = ''
),

of_providers as (
    select c.*
    from {{ ref('int_observations_counted') }} as c
    where
        c.provider_agb <> ''
        and not exists (
            select 1
            from own as o
            where
                (o.kpi_id, o.source, o.region_code, o.period_type, o.period_start)
                = (c.kpi_id, c.source, c.region_code, c.period_type, c.period_start)
                and o.first_day <= c.last_day
                and o.last_day >= c.first_day
        )
),

counted as (
    select * from own
    union all
    select * from of_providers
)

select
    kpi_id,
    source,
    region_code,
    period_type,
    period_start,
    first_day,
    last_day,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
from counted
group by all
