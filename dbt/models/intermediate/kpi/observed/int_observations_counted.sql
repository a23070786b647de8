-- What one source measured at one place adds to a month, quarter or year that holds its whole period: of periods that
-- lie over each other one counts, or the same people would count twice. Whole months go before odd days, the longer
-- before the shorter inside it, and of two that only overlap the one that begins first.
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

odd_days as (
    select f.*
    from fitting as f
    where
        not f.is_whole_months
        and not exists (
            select 1
            from fitting as w
            where
                w.is_whole_months
                and (w.kpi_id, w.source, w.region_code, w.provider_agb, w.period_type, w.period_start)
                = (f.kpi_id, f.source, f.region_code, f.provider_agb, f.period_type, f.period_start)
                and w.first_day <= f.last_day
                and w.last_day >= f.first_day
        )
),

candidates as (
    select * from fitting
    where is_whole_months
    union all
    select * from odd_days
),

listed as (
    select
        kpi_id,
        source,
        region_code,
        provider_agb,
        period_type,
        period_start,
        list([{
            'first_day': first_day, 'last_day': last_day, 'numerator': numerator, 'denominator': denominator
        }] order by first_day asc, last_day desc) as measured,
    from candidates
    group by kpi_id, source, region_code, provider_agb, period_type, period_start
),

chosen as (
    select
        kpi_id,
        source,
        region_code,
        provider_agb,
        period_type,
        period_start,
        list_reduce(
            measured,
            lambda counted, later: case
                when later[1].first_day > counted[-1].last_day then list_concat(counted, later) else counted
            end
        ) as counted,
    from listed
),

spread as (
    select
        kpi_id,
        source,
        region_code,
        provider_agb,
        period_type,
        period_start,
        unnest(counted) as measurement,
    from chosen
)

select
    spread.kpi_id,
    spread.source,
    spread.region_code,
    spread.provider_agb,
    spread.period_type,
    spread.period_start,
    spread.measurement.first_day,
    spread.measurement.last_day,
    spread.measurement.numerator,
    spread.measurement.denominator,
from spread
