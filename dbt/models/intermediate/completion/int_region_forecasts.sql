-- A region's year is the sum of its providers' forecasts, and its doubt is that of such sums: chances of its providers
-- partly cancel. A provider without a forecast that earned nothing either adds nothing.
with last_cut as (
    select max(cut) as cut
    from {{ ref('int_forecasts') }}
),

tested as (
    select
        y.region_code,
        t.year,
        t.cut,
        t.months_to_come,
        sum(t.forecast_cents) as forecast_cents,
        sum(t.actual_cents) as actual_cents,
    from {{ ref('int_forecasts_tested') }} as t
    inner join last_cut as l on t.known_cut = l.cut
    inner join {{ ref('int_provider_years') }} as y on t.provider_agb = y.provider_agb and t.year = y.year
    group by y.region_code, t.year, t.cut, t.months_to_come
    having bool_and(t.forecast_cents is not null)
),

intervals as (
    select
        months_to_come,
        quantile_cont(cast(actual_cents as double) / cast(forecast_cents as double), 0.1) as low,
        quantile_cont(cast(actual_cents as double) / cast(forecast_cents as double), 0.9) as high,
    from tested
    where forecast_cents > 0
    group by months_to_come
    having count(*) >= 10
),

forecasts as (
    select
        y.region_code,
        y.year,
        max(f.months_to_come) as months_to_come,
        case
            when bool_and(f.forecast_cents is not null or y.revenue_cents = 0)
                then cast(sum(f.forecast_cents) as bigint)
        end as forecast_cents,
    from {{ ref('int_provider_years') }} as y
    cross join last_cut as l
    left join {{ ref('int_forecasts') }} as f on y.provider_agb = f.provider_agb and y.year = f.year and l.cut = f.cut
    group by y.region_code, y.year
)

select
    f.region_code,
    f.year,
    f.forecast_cents,
    {{ whole_cents('f.forecast_cents * i.low') }} as low_cents,
    {{ whole_cents('f.forecast_cents * i.high') }} as high_cents,
from forecasts as f
left join intervals as i on f.months_to_come = i.months_to_come
where f.region_code is not null
