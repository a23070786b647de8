-- R16: staff hours invoiced to a cashier and care declared by the same member in the same period. An invoice names
-- no client, so all that the member declared in the period stands for them.
with invoices as (
    select *
    from {{ ref('stg_network_costs') }}
    where client_bound
),

days as (
    select
        d.provider_agb,
        d.service_on,
        sum(d.amount_cents) as declared_cents,
        min(d.delivery_date) as delivery_date,
    from {{ ref('int_debits_live') }} as d
    semi join invoices as i on d.provider_agb = i.member_agb
    group by d.provider_agb, d.service_on
),

declared as (
    select
        i.invoice_id,
        cast(sum(d.declared_cents) as bigint) as declared_cents,
        min(d.delivery_date) as delivery_date,
    from invoices as i
    inner join days as d
        on i.member_agb = d.provider_agb and d.service_on between i.period_start and i.period_end
    group by i.invoice_id
)

select
    'R16' as rule,
    i.member_agb as provider_agb,
    'invoice/' || i.invoice_id as budget_line,
    p.sector,
    p.region_code,
    year(i.period_start) as year,
    i.period_start as first_on,
    i.period_end as last_on,
    greatest(i.delivery_date, d.delivery_date) as delivered_on,
    least(i.wage_cost_cents, d.declared_cents) as risk_cents,
    cast(0 as bigint) as disputed_cents,
from invoices as i
inner join declared as d on i.invoice_id = d.invoice_id
inner join {{ ref('int_providers_by_period') }} as p
    on i.member_agb = p.provider_agb and i.period_end >= p.valid_from and i.period_start <= p.valid_until
qualify row_number() over (partition by i.invoice_id order by p.valid_from desc) = 1
