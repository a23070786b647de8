-- The middle 80 per cent of what came of forecasts with as many months to come, in the sector, of years that were over
-- at the cut; of fewer than ten of them nothing is said.
with last_cut as (
    select max(cut) as cut
    from {{ ref('int_forecasts') }}
),

ratios as (
    select
        t.sector,
        t.known_cut as cut,
        t.months_to_come,
        cast(t.actual_cents as double) / t.forecast_cents as ratio,
    from {{ ref('int_forecasts_tested') }} as t
    left join last_cut as l on t.known_cut = l.cut
    where
        t.forecast_cents > 0
        and (t.months_to_come = 12 - month(t.known_cut) or (t.months_to_come = 0 and l.cut is not null))
)

select
    sector,
    cut,
    months_to_come,
    count(*) as tests,
    quantile_cont(ratio, 0.1) as low,
    quantile_cont(ratio, 0.9) as high,
from ratios
group by sector, cut, months_to_come
having count(*) >= 10
