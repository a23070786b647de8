-- Every month of a provider's year up to the run's date, and further where a later month carries an amount.
with months as (
    select
        y.*,
        cast(unnest(generate_series(
            make_date(y.year, 1, 1),
            least(make_date(y.year, 12, 1), greatest(r.as_of_month, y.last_month)),
            interval 1 month
        )) as date) as month,
    from {{ ref('int_provider_years') }} as y
    cross join {{ ref('stg_run') }} as r
),

earned as (
    select
        m.provider_agb,
        m.year,
        m.month,
        m.region_code,
        m.sector,
        m.budget_cents,
        m.lump_sum_cents - m.disputed_cents as beside_cents,
        coalesce(e.declared_cents, 0) as declared_cents,
        coalesce(e.disputed_cents, 0) as disputed_cents,
        coalesce(e.lump_sum_cents, 0) as lump_sum_cents,
    from months as m
    left join {{ ref('int_provider_months') }} as e using (provider_agb, year, month)
),

revenue as (
    select
        *,
        declared_cents - disputed_cents + lump_sum_cents as revenue_cents,
        cast(sum(declared_cents - disputed_cents + lump_sum_cents) over (
            partition by provider_agb, year order by month
        ) as bigint) as cumulative_revenue_cents,
    from earned
),

-- As of the last month end: of a month that is not over, and without history enough, nothing is completed.
last_cut as (
    select max(cut) as cut
    from {{ ref('int_forecasts_with_intervals') }}
),

forecasts as (
    select f.*
    from {{ ref('int_forecasts_with_intervals') }} as f
    inner join last_cut as l on f.cut = l.cut
),

completed as (
    select m.*
    from {{ ref('int_months_at_cuts') }} as m
    inner join last_cut as l on m.cut = l.cut
)

select
    r.provider_agb,
    r.year,
    r.month,
    r.region_code,
    r.sector,
    {{ eur('r.budget_cents') }} as budget_year_eur,
    {{ eur('r.declared_cents') }} as declared_eur,
    {{ eur('r.disputed_cents') }} as disputed_eur,
    {{ eur('r.lump_sum_cents') }} as lump_sum_eur,
    {{ eur('r.revenue_cents') }} as revenue_eur,
    {{ eur('r.cumulative_revenue_cents') }} as cumulative_revenue_eur,
    r.cumulative_revenue_cents * 100 / nullif(r.budget_cents, 0) as realisation_pct,
    case
        when r.month <= f.cut
            then {{ eur('coalesce(c.completed_cents, 0) - r.disputed_cents + r.lump_sum_cents') }}
    end as completed_revenue_eur,
    {{ share_known('c.known_cents', 'c.completed_cents') }} as maturity,
    {{ eur('f.forecast_cents + r.beside_cents') }} as expected_final_eur,
    {{ eur('f.low_cents + r.beside_cents') }} as expected_low_eur,
    {{ eur('f.high_cents + r.beside_cents') }} as expected_high_eur,
    f.history_months,
    coalesce(y.months_withheld, false) as withheld,
    coalesce(y.months_withheld or m.parts_withheld, false) as parts_withheld,
from revenue as r
left join {{ ref('int_years_withheld') }} as y on r.provider_agb = y.provider_agb and r.year = y.year
left join {{ ref('int_months_withheld') }} as m on r.provider_agb = m.provider_agb and r.month = m.month
left join forecasts as f on r.provider_agb = f.provider_agb and r.year = f.year
left join completed as c on r.provider_agb = c.provider_agb and r.month = c.month
