-- What the year came to is known as of the last month end, completed as any month is.
with last_cut as (
    select max(cut) as cut
    from {{ ref('int_forecasts') }}
)

select
    t.provider_agb,
    t.year,
    t.cut,
    t.sector,
    t.months_to_come,
    f.history_months,
    {{ eur('t.forecast_cents') }} as expected_final_eur,
    {{ eur('f.low_cents') }} as expected_low_eur,
    {{ eur('f.high_cents') }} as expected_high_eur,
    {{ eur('t.actual_cents') }} as actual_eur,
    t.actual_cents between f.low_cents and f.high_cents as inside,
from {{ ref('int_forecasts_tested') }} as t
inner join last_cut as l on t.known_cut = l.cut
inner join {{ ref('int_forecasts_with_intervals') }} as f
    on t.provider_agb = f.provider_agb and t.year = f.year and t.cut = f.cut
