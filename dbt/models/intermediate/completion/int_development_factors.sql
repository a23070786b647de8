-- Volume-weighted chain ladder (Mack 1993): a factor is the sum of all later cells over that of the cells before them.
-- A factor over nothing is 1, and nothing develops beyond the last link. Amounts are fitted at every month end that has
-- history enough, for the forecasts of then; counts at the last one.
with run as (
    select {{ last_whole_month('as_of') }} as last_month
    from {{ ref('stg_run') }}
),

owners as (
    select
        measure,
        case when grouping(provider_agb) = 0 then 'provider' else 'sector' end as scope,
        coalesce(provider_agb, sector) as owner,
        max(max(delay)) over (partition by measure) as last_delay,
    from {{ ref('int_development_cells') }}
    group by grouping sets ((measure, provider_agb), (measure, sector))
),

series as (
    select
        o.*,
        s.first_month,
        greatest(
            cast(s.first_month + interval {{ least_history() | int - 1 }} month as date),
            case o.measure when 'net_cents' then s.first_month else r.last_month end
        ) as first_cut,
        r.last_month,
    from owners as o
    inner join {{ ref('int_development_starts') }} as s on o.scope = s.scope and o.owner = s.owner
    cross join run as r
),

cuttings as (
    select
        *,
        cast(unnest(generate_series(first_cut, last_month, interval 1 month)) as date) as cut,
    from series
),

cuts as (
    select
        measure,
        scope,
        owner,
        last_delay,
        date_diff('month', first_month, cut) + 1 as history_months,
        cut,
    from cuttings
),

delays as (
    select
        *,
        unnest(range(0, last_delay + 1)) as delay,
    from cuts
),

summed as (
    select
        measure,
        scope,
        owner,
        delay,
        known_month,
        sum(earlier) over known as earlier,
        sum(later) over known as later,
    from {{ ref('int_development_links') }}
    window known as (partition by measure, scope, owner, delay order by known_month)
),

factors as (
    select
        d.measure,
        d.scope,
        d.owner,
        d.cut,
        d.delay,
        d.history_months,
        coalesce(cast(s.later as double) / nullif(cast(s.earlier as double), 0), 1) as factor,
    from delays as d
    asof left join summed as s
        on
            d.measure = s.measure
            and d.scope = s.scope
            and d.owner = s.owner
            and d.delay = s.delay
            and d.cut >= s.known_month
)

select
    *,
    product(factor) over (
        partition by measure, scope, owner, cut order by delay desc rows between unbounded preceding and current row
    ) as remaining,
from factors
