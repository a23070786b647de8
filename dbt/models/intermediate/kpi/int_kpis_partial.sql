-- What is withheld is left out: of it nothing is said. A cumulative KPI is of the year so far, so it asks for the days
-- from new year on.
with feeds as (
    select
        kpi_id,
        unnest(string_split(any_value(feeds), '|')) as feed,
    from {{ ref('int_kpi_periods') }}
    group by kpi_id
),

cells as (
    select
        k.kpi_id,
        k.region_code,
        k.unit,
        k.period_type,
        k.period_start,
        f.feed,
        case
            when d.kind = 'cumulative' then cast(date_trunc('year', k.period_start) as date)
            else k.period_start
        end as first_day,
        {{ last_day_of_period('k.period_type', 'k.period_start') }} as last_day,
    from {{ ref('int_kpi_suppressed') }} as k
    inner join {{ ref('kpi_definition') }} as d on k.kpi_id = d.kpi_id
    inner join feeds as f on k.kpi_id = f.kpi_id
    where not k.suppressed
)

-- The country's parts are the regions with rows in the period.
select
    c.kpi_id,
    c.region_code,
    c.unit,
    c.period_type,
    c.period_start,
from cells as c
inner join {{ ref('int_feed_days') }} as f on c.feed = f.feed and c.region_code in ('NL', f.region_code)
where
    (f.first_day > c.first_day or f.last_day < c.last_day)
    and (c.region_code <> 'NL' or (f.first_day <= c.last_day and f.last_day >= c.first_day))
group by c.kpi_id, c.region_code, c.unit, c.period_type, c.period_start
