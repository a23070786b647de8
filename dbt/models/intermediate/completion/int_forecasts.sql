-- Net amounts that a provider's year comes to: completed months so far, and last year's other months as this year's
-- months stand to the same of last year. At each month end of the year, and at the last one of years that are over.
-- Care of months before the provider's first delivery is not known to be nothing, so those compare with nothing.
with cuts as (
    select
        provider_agb,
        cut,
        max(history_months) as history_months,
        max(cut) over () as last_cut,
    from {{ ref('int_completion_factors') }}
    where measure = 'net_cents' and delay = 0
    group by provider_agb, cut
),

years as (
    select
        y.provider_agb,
        y.sector,
        y.year,
        c.cut,
        c.history_months,
        s.first_month,
        case when year(c.cut) = y.year then 12 - month(c.cut) else 0 end as months_to_come,
    from {{ ref('int_provider_years') }} as y
    inner join cuts as c
        on
            y.provider_agb = c.provider_agb
            and (y.year = year(c.cut) or (y.year < year(c.cut) and c.cut = c.last_cut))
    inner join {{ ref('int_development_starts') }} as s on s.scope = 'provider' and y.provider_agb = s.owner
),

summed as (
    select
        y.provider_agb,
        y.sector,
        y.year,
        y.cut,
        y.months_to_come,
        y.history_months,
        coalesce(sum(m.completed_cents) filter (where year(m.month) = y.year), 0) as so_far,
        coalesce(sum(m.completed_cents) filter (
            where year(m.month) = y.year and m.month - interval 1 year >= y.first_month
        ), 0) as compared_months,
        sum(m.completed_cents) filter (
            where
            year(m.month) < y.year
            and month(m.month) <= 12 - y.months_to_come
            and m.month >= y.first_month
        ) as same_months,
        coalesce(sum(m.completed_cents) filter (
            where year(m.month) < y.year and month(m.month) > 12 - y.months_to_come
        ), 0) as other_months,
    from years as y
    left join {{ ref('int_months_at_cuts') }} as m
        on y.provider_agb = m.provider_agb and y.cut = m.cut and year(m.month) in (y.year, y.year - 1)
    group by all
)

select
    provider_agb,
    sector,
    year,
    cut,
    months_to_come,
    history_months,
    case
        when months_to_come = 0 then cast(so_far as bigint)
        else {{ whole_cents('so_far + other_months * cast(compared_months as double) / nullif(same_months, 0)') }}
    end as forecast_cents,
from summed
