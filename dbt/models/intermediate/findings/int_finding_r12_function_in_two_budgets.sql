-- R12: a function in the coordination budget and in a sector's budget of the same region and year, not cleared.
with coordination as (
    select
        region_code,
        year,
        function,
        provider_agb,
        budget_line,
        delivery_date,
    from {{ ref('int_budget_lines') }}
    where sector = 'zco'
),

matched as (
    select
        s.provider_agb,
        s.budget_line,
        s.sector,
        s.region_code,
        s.function,
        s.year,
        s.first_on,
        s.last_on,
        s.amount_cents,
        s.delivery_date,
        z.provider_agb as counter_provider_agb,
        z.budget_line as counter_line,
        z.delivery_date as counter_delivery_date,
    from {{ ref('int_budget_lines') }} as s
    inner join coordination as z
        on
            s.region_code = z.region_code
            and s.year = z.year
            and s.function = coalesce(z.function, s.function)
    where s.sector <> 'zco' and s.function <> 'care'
    qualify row_number() over (
        partition by s.provider_agb, s.budget_line
        order by z.provider_agb, z.budget_line
    ) = 1
),

-- The allocations of the function while both budgets hold: those that clear this one, and who holds it now.
allocated as (
    select
        m.provider_agb,
        m.budget_line,
        bool_or(a.cleared_amount_cents is null) filter (where a.cleared_from = m.provider_agb) as is_cleared_whole,
        cast(sum(a.cleared_amount_cents) filter (where a.cleared_from = m.provider_agb) as bigint) as cleared_cents,
        arg_max(
            {{ allocation_line('a') }}, (coalesce(a.cleared_from = m.provider_agb, false), a.valid_from, a.provider_agb)
        ) as allocation_line,
    from matched as m
    inner join {{ ref('int_allocations_current') }} as a
        on
            m.region_code = a.region_code
            and m.function = a.function
            and (m.provider_agb = a.cleared_from or m.counter_provider_agb = a.provider_agb)
            and m.first_on <= a.valid_until
            and m.last_on >= a.valid_from
    group by m.provider_agb, m.budget_line
)

select
    'R12' as rule,
    m.provider_agb,
    m.budget_line,
    m.counter_provider_agb,
    m.counter_line,
    c.allocation_line,
    m.sector,
    'zco' as counter_sector,
    m.region_code,
    m.function,
    m.year,
    m.first_on,
    m.last_on,
    greatest(m.delivery_date, m.counter_delivery_date) as delivered_on,
    m.amount_cents - coalesce(c.cleared_cents, 0) as risk_cents,
    cast(0 as bigint) as disputed_cents,
from matched as m
left join allocated as c on m.provider_agb = c.provider_agb and m.budget_line = c.budget_line
where
    c.is_cleared_whole is not true
    and m.amount_cents > coalesce(c.cleared_cents, 0)
