-- R19: a function that an ADZ or BDSS pays, and declarations or a budget as well, in its region and period; or a BDSS,
-- an experimental title of five years, without an end within them.
with paid_twice as (
    select
        a.line,
        min(y.year) as year,
        sum(least(y.beside_cents, coalesce(a.amount_cents, y.beside_cents))) as risk_cents,
        min(y.counter_provider_agb) as counter_provider_agb,
        arg_min(y.counter_line, [y.counter_provider_agb, y.counter_line]) as counter_line,
        arg_min(y.counter_sector, [y.counter_provider_agb, y.counter_line]) as counter_sector,
        min(y.delivery_date) as delivery_date,
    from {{ ref('int_title_allocations') }} as a
    inner join {{ ref('int_title_years') }} as y on a.line = y.line
    group by a.line
),

found as (
    select
        a.provider_agb,
        a.line as budget_line,
        t.counter_provider_agb,
        t.counter_line,
        t.counter_sector,
        a.region_code,
        a.function,
        coalesce(t.year, year(a.valid_from)) as year,
        a.valid_from,
        a.valid_until,
        coalesce(t.risk_cents, a.amount_cents, 0) as risk_cents,
        greatest(a.delivery_date, t.delivery_date) as delivered_on,
    from {{ ref('int_title_allocations') }} as a
    left join paid_twice as t on a.line = t.line
    where
        t.line is not null
        or (a.funding_source = 'bdss' and a.valid_until > a.valid_from + interval 5 year)
    union all
    select
        coalesce(c.provider_agb, c.network_agb) as provider_agb,
        'contract/' || c.contract_id as budget_line,
        null as counter_provider_agb,
        null as counter_line,
        null as counter_sector,
        null as region_code,
        c.scope_function as function,
        year(c.valid_from) as year,
        c.valid_from,
        c.valid_until,
        0 as risk_cents,
        c.delivery_date as delivered_on,
    from {{ ref('int_contract_terms') }} as c
    where
        c.care_form = 'per_insured'
        and c.care_parameters ->> '$.title' = 'bdss'
        and least(c.valid_until, cast(c.care_parameters ->> '$.ends_on' as date)) > c.valid_from + interval 5 year
)

select
    'R19' as rule,
    f.provider_agb,
    f.budget_line,
    f.counter_provider_agb,
    f.counter_line,
    p.sector,
    f.counter_sector,
    coalesce(f.region_code, p.region_code) as region_code,
    f.function,
    f.year,
    f.valid_from as first_on,
    f.valid_until as last_on,
    f.delivered_on,
    cast(f.risk_cents as bigint) as risk_cents,
    cast(0 as bigint) as disputed_cents,
from found as f
inner join {{ ref('int_providers_by_period') }} as p
    on f.provider_agb = p.provider_agb and f.valid_until >= p.valid_from and f.valid_from <= p.valid_until
qualify row_number() over (partition by f.budget_line order by p.valid_from desc) = 1
