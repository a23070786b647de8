-- What pays the function of an ADZ or BDSS once more in its region, on days of its allocation: declarations, budget
-- lines for the function, and lines of the coordination organisation for all functions.
with days as (
    select
        region_code,
        function,
        service_on,
        sum(amount_cents) as cents,
        min(delivery_date) as delivery_date,
    from {{ ref('int_debits_live') }}
    where function <> 'care'
    group by region_code, function, service_on
),

beside as (
    select
        a.line,
        cast(year(d.service_on) as integer) as year,
        d.cents,
        cast(null as varchar) as counter_provider_agb,
        cast(null as varchar) as counter_line,
        cast(null as varchar) as counter_sector,
        d.delivery_date,
    from {{ ref('int_title_allocations') }} as a
    inner join days as d
        on
            a.region_code = d.region_code
            and a.function = d.function
            and d.service_on between a.valid_from and a.valid_until
    union all
    select
        a.line,
        b.year,
        b.amount_cents as cents,
        b.provider_agb as counter_provider_agb,
        b.budget_line as counter_line,
        b.sector as counter_sector,
        b.delivery_date,
    from {{ ref('int_title_allocations') }} as a
    inner join {{ ref('int_budget_lines') }} as b
        on
            a.region_code = b.region_code
            and a.valid_until >= b.first_on
            and a.valid_from <= b.last_on
            and (a.function = b.function or (b.sector = 'zco' and b.function is null))
    where b.amount_cents > 0
)

select
    line,
    year,
    cast(sum(cents) as bigint) as beside_cents,
    min(counter_provider_agb) as counter_provider_agb,
    arg_min(counter_line, [counter_provider_agb, counter_line]) as counter_line,
    arg_min(counter_sector, [counter_provider_agb, counter_line]) as counter_sector,
    min(delivery_date) as delivery_date,
from beside
group by line, year
