select
    f.provider_agb,
    f.sector,
    f.year,
    f.cut,
    f.months_to_come,
    f.history_months,
    f.forecast_cents,
    {{ whole_cents('f.forecast_cents * i.low') }} as low_cents,
    {{ whole_cents('f.forecast_cents * i.high') }} as high_cents,
from {{ ref('int_forecasts') }} as f
left join {{ ref('int_forecast_intervals') }} as i
    on f.sector = i.sector and f.cut = i.cut and f.months_to_come = i.months_to_come
