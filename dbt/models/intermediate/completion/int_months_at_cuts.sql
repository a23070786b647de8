-- Each month of care completed by what was known, and could be fitted, at each month end. A cell of the longest delay
-- holds at every later one.
with factors as (
    select *
    from {{ ref('int_completion_factors') }}
    where measure = 'net_cents'
),

longest as (
    select max(delay) as delay
    from factors
),

cells as (
    select *
    from {{ ref('int_development_cells') }}
    where measure = 'net_cents'
)

select
    c.provider_agb,
    c.month,
    f.cut,
    cast(sum(c.amount) as bigint) as known_cents,
    cast(sum({{ whole_cents('c.amount * f.remaining') }}) as bigint) as completed_cents,
from cells as c
cross join longest as l
inner join factors as f
    on
        c.provider_agb = f.provider_agb
        and c.sector = f.sector
        and c.delay = f.delay
where
    f.cut = c.month + to_months(cast(c.delay as integer))
    or (c.delay = l.delay and f.cut > c.month + to_months(cast(c.delay as integer)))
group by c.provider_agb, c.month, f.cut
