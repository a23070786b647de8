-- What a source measured of a region itself goes before what it measured at the providers in it, day by day.
{%- set region = ['kpi_id', 'source', 'region_code', 'period_type', 'period_start'] %}
with own as (
    select *
    from {{ ref('int_observations_counted') }}
    where provider_agb = ''
),

counted as (
    select * from own
    union all
    select c.*
    from {{ ref('int_observations_counted') }} as c
    where
        c.provider_agb <> ''
        and not {{ measured_on_days_of('c', 'own', region) }}
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
