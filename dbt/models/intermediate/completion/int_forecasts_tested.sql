-- What a forecast would have been beside what the year came to, as known at a later cut: of each cut in a year that was
-- over by then, which are the back-tests from which that later cut takes its interval.
with actuals as (
    select
        provider_agb,
        year(month) as year,
        cut,
        cast(sum(completed_cents) as bigint) as actual_cents,
    from {{ ref('int_months_at_cuts') }}
    where year(month) < year(cut)
    group by all
)

select
    f.provider_agb,
    f.sector,
    f.year,
    f.cut,
    f.months_to_come,
    a.cut as known_cut,
    f.forecast_cents,
    a.actual_cents,
from {{ ref('int_forecasts') }} as f
inner join actuals as a on f.provider_agb = a.provider_agb and f.year = a.year
where year(f.cut) = f.year
