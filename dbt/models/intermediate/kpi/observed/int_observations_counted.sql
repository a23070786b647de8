-- What one source measured at one place adds to a month, quarter or year that holds its whole period: of periods that
-- lie over each other one counts, or the same people would count twice. Whole months go before odd days, the longer
-- before the shorter inside it, and of two that only overlap the one that begins first.
{%- set place = ['kpi_id', 'source', 'region_code', 'provider_agb', 'period_type', 'period_start'] %}
with fitting as (
    select
        o.kpi_id,
        o.source,
        o.region_code,
        coalesce(o.provider_agb, '') as provider_agb,
        t.period_type,
        cast(date_trunc(t.period_type, o.period_start) as date) as period_start,
        o.period_start as first_day,
        o.period_end as last_day,
        day(o.period_start) = 1 and o.period_end = last_day(o.period_end) as is_whole_months,
        o.numerator,
        o.denominator,
    from {{ ref('stg_kpi_observations') }} as o
    inner join (values ('month'), ('quarter'), ('year')) as t (period_type)
        on date_trunc(t.period_type, o.period_start) = date_trunc(t.period_type, o.period_end)
),

whole_months as (
    select *
    from fitting
    where is_whole_months
),

candidates as (
    select * from whole_months
    union all
    select f.*
    from fitting as f
    where
        not f.is_whole_months
        and not {{ measured_on_days_of('f', 'whole_months', place) }}
),

chosen as (
    select
        {{ place | join(', ') }},
        list_reduce(
            list([{
                'first_day': first_day, 'last_day': last_day, 'numerator': numerator, 'denominator': denominator
            }] order by first_day asc, last_day desc),
            lambda counted, later: case
                when later[1].first_day > counted[-1].last_day then list_concat(counted, later) else counted
            end
        ) as measurements,
    from candidates
    group by {{ place | join(', ') }}
)

select
    {{ place | join(', ') }},
    unnest(measurements, recursive := true), -- noqa: AL03
from chosen
