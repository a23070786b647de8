-- R05: a provider declares a function that was transferred to the coordination organisation of its region on an
-- earlier date.
with transferred as (
    select
        a.region_code,
        a.function,
        a.provider_agb,
        a.valid_from,
        a.delivery_date,
        greatest(a.valid_from + 1, p.valid_from) as first_on,
        least(a.valid_until, p.valid_until) as last_on,
    from {{ ref('int_allocations_current') }} as a
    inner join {{ ref('int_providers_by_period') }} as p on a.provider_agb = p.provider_agb and p.sector = 'zco'
),

matched as (
    select
        d.provider_agb,
        d.declaration_id,
        d.amount_cents,
        t.provider_agb as counter_provider_agb,
        t.delivery_date,
        concat_ws('/', 'allocation', t.region_code, t.function, t.provider_agb, t.valid_from) as counter_line,
    from {{ ref('int_debits_live') }} as d
    inner join transferred as t
        on
            d.region_code = t.region_code
            and d.function = t.function
            and d.service_on between t.first_on and t.last_on
    where d.function <> 'care' and d.sector <> 'zco'
)

select
    'R05' as rule,
    provider_agb,
    declaration_id,
    min(counter_provider_agb) as counter_provider_agb,
    cast(null as varchar) as counter_declaration_id,
    min(counter_line) as counter_line,
    'zco' as counter_sector,
    arg_min(delivery_date, counter_line) as delivered_on,
    amount_cents as risk_cents,
    amount_cents as disputed_cents,
from matched
group by provider_agb, declaration_id, amount_cents
