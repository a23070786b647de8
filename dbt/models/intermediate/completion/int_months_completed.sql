-- What each month of care comes to in the end, by what was known at the last month end. A month that was not over then
-- waits, and without history enough nothing is completed.
with run as (
    select {{ last_whole_month('as_of') }} as last_month
    from {{ ref('stg_run') }}
),

known as (
    select
        i.measure,
        i.provider_agb,
        i.sector,
        i.region_code,
        i.month,
        date_diff('month', i.month, r.last_month) as delay,
        coalesce(sum(i.amount) filter (where i.known_month <= r.last_month), 0) as known,
    from {{ ref('int_development_increments') }} as i
    cross join run as r
    group by all
),

factors as (
    select f.*
    from {{ ref('int_completion_factors') }} as f
    inner join run as r on f.cut = r.last_month
)

-- Beyond the longest delay there is nothing to come, which the last factor says.
select
    k.measure,
    k.provider_agb,
    k.sector,
    k.region_code,
    k.month,
    cast(k.known as bigint) as known,
    cast(round(k.known * f.remaining, 6) as decimal(28, 6)) as expected,
    f.history_months,
from known as k
asof left join factors as f
    on
        k.measure = f.measure
        and k.provider_agb = f.provider_agb
        and k.sector = f.sector
        and k.delay >= f.delay
