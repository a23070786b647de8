-- Cumulative realisation per region at the last month of each period that the run has reached.
with months as (
    select
        b.region_code,
        b.month,
        sum(b.cumulative_revenue_eur) as revenue_eur,
        sum(b.cumulative_disputed_eur) as disputed_eur,
        sum(b.budget_year_eur) as budget_eur,
        count(*) as providers,
    from (
        select
            *,
            sum(disputed_eur) over (partition by provider_agb, year order by month) as cumulative_disputed_eur,
        from {{ ref('budget_realisation') }}
    ) as b
    cross join {{ ref('stg_run') }} as r
    where b.budget_year_eur is not null and b.month <= r.as_of_month
    group by b.region_code, b.month
),

lasts as (
    select
        m.*,
        p.period_type,
        p.period_start,
    from months as m
    inner join {{ ref('int_periods') }} as p on m.month = p.month
    qualify m.month = max(m.month) over (partition by p.period_type, p.period_start)
),

summed as (
    select
        coalesce(region_code, 'NL') as region_code,
        period_type,
        period_start,
        cast(sum(revenue_eur) as decimal(28, 6)) as revenue_eur,
        cast(sum(disputed_eur) as decimal(28, 6)) as disputed_eur,
        cast(sum(budget_eur) as decimal(28, 6)) as budget_eur,
        cast(sum(providers) as bigint) as providers,
    from lasts
    group by grouping sets ((region_code, period_type, period_start), (period_type, period_start))
)

select
    k.kpi_id,
    s.region_code,
    'all' as unit,
    s.period_type,
    s.period_start,
    k.numerator,
    s.budget_eur as denominator,
    s.providers as n,
from summed as s
cross join
    lateral (
        values ('realisation_pct', s.revenue_eur), ('disputed_pct', s.disputed_eur)
    ) as k (kpi_id, numerator)
