-- The triangles, a row per cell: what of a month of care was known at the end of each later month. Beyond the longest
-- delay of any increment nothing develops, so no cell is made there.
with run as (
    select {{ last_whole_month('as_of') }} as last_month
    from {{ ref('stg_run') }}
),

increments as (
    select
        i.measure,
        i.provider_agb,
        i.sector,
        i.month,
        date_diff('month', i.month, i.known_month) as delay,
        sum(i.amount) as amount,
    from {{ ref('int_development_increments') }} as i
    inner join run as r on i.known_month <= r.last_month
    group by all
),

longest as (
    select
        measure,
        max(delay) as delay,
    from increments
    group by measure
),

months as (
    select
        measure,
        provider_agb,
        sector,
        month,
    from increments
    group by all
),

cells as (
    select
        m.*,
        unnest(range(0, least(l.delay, date_diff('month', m.month, r.last_month)) + 1)) as delay,
    from months as m
    inner join longest as l on m.measure = l.measure
    cross join run as r
),

known as (
    select
        c.measure,
        c.provider_agb,
        c.sector,
        c.month,
        c.delay,
        cast(sum(coalesce(i.amount, 0)) over (
            partition by c.measure, c.provider_agb, c.sector, c.month order by c.delay
        ) as bigint) as amount,
    from cells as c
    left join increments as i
        on
            c.measure = i.measure
            and c.provider_agb = i.provider_agb
            and c.sector = i.sector
            and c.month = i.month
            and c.delay = i.delay
)

-- What lies before the first delivery is not known to be nothing.
select
    k.measure,
    k.provider_agb,
    k.sector,
    k.month,
    k.delay,
    k.amount,
from known as k
inner join {{ ref('int_development_starts') }} as s on s.scope = 'provider' and k.provider_agb = s.owner
where date_diff('month', s.first_month, k.month) + k.delay >= 0
