-- R15: an advance or settlement booked as revenue, or a lump sum beside declarations for the same function.
with payments as (
    select
        p.payment_id,
        p.provider_agb,
        p.insurer_uzovi,
        p.year,
        p.kind,
        p.paid_on,
        p.paid_cents,
        p.delivery_date,
        r.sector,
        r.region_code,
    from {{ ref('int_payments_current') }} as p
    inner join {{ ref('int_providers_by_period') }} as r
        on p.provider_agb = r.provider_agb and p.paid_on between r.valid_from and r.valid_until
    where p.paid_cents > 0
),

booked as (
    select
        l.*,
        a.payment_id as advance_id,
        a.delivery_date as advance_delivery_date,
    from payments as l
    inner join payments as a
        on
            l.provider_agb = a.provider_agb
            and l.insurer_uzovi = a.insurer_uzovi
            and l.year = a.year
            and l.paid_on = a.paid_on
            and l.paid_cents = a.paid_cents
            and a.kind in ('advance', 'settlement')
    where l.kind = 'lump_sum'
    qualify row_number() over (partition by l.payment_id order by a.payment_id) = 1
),

lump_sums as (
    select *
    from {{ ref('int_budget_lines') }}
    where component = 'lump_sum' and function is not null and amount_cents > 0
),

declared as (
    select
        l.provider_agb,
        l.budget_line,
        cast(sum(d.amount_cents) as bigint) as declared_cents,
        min(d.delivery_date) as delivery_date,
    from {{ ref('int_debits_live') }} as d
    inner join lump_sums as l
        on
            d.provider_agb = l.provider_agb
            and d.function = l.function
            and d.service_on between l.first_on and l.last_on
    where d.covers_budget
    group by l.provider_agb, l.budget_line
)

select
    'R15' as rule,
    provider_agb,
    'payment/' || payment_id as budget_line,
    provider_agb as counter_provider_agb,
    'payment/' || advance_id as counter_line,
    sector,
    sector as counter_sector,
    region_code,
    cast(null as varchar) as function,
    year,
    paid_on as first_on,
    paid_on as last_on,
    greatest(delivery_date, advance_delivery_date) as delivered_on,
    paid_cents as risk_cents,
    cast(0 as bigint) as disputed_cents,
from booked
union all
select
    'R15' as rule,
    l.provider_agb,
    l.budget_line,
    cast(null as varchar) as counter_provider_agb,
    cast(null as varchar) as counter_line,
    l.sector,
    cast(null as varchar) as counter_sector,
    l.region_code,
    l.function,
    l.year,
    l.first_on,
    l.last_on,
    greatest(l.delivery_date, d.delivery_date) as delivered_on,
    least(l.amount_cents, d.declared_cents) as risk_cents,
    cast(0 as bigint) as disputed_cents,
from lump_sums as l
inner join declared as d on l.provider_agb = d.provider_agb and l.budget_line = d.budget_line
