-- What deliveries added to a month of care, one after the other, is what stands of it today: its net cents of what
-- covers the budget, and its debits and those corrected.
with added as (
    select
        provider_agb,
        month,
        sum(amount) filter (where measure = 'net_cents') as net_cents,
    from {{ ref('int_development_increments') }}
    group by provider_agb, month
),

declared as (
    select
        provider_agb,
        month,
        sum(declared_cents) as net_cents,
    from {{ ref('int_declared_monthly') }}
    group by provider_agb, month
),

counts as (
    select
        region_code,
        month,
        sum(amount) filter (where measure = 'debits') as debits,
        sum(amount) filter (where measure = 'corrected') as corrected,
    from {{ ref('int_development_increments') }}
    group by region_code, month
),

counted as (
    select
        region_code,
        month,
        sum(debits) as debits,
        sum(corrected) as corrected,
    from {{ ref('int_debits_monthly') }}
    group by region_code, month
)

select
    provider_agb as owner,
    month,
    a.net_cents as added,
    d.net_cents as standing,
from added as a
full join declared as d using (provider_agb, month)
where coalesce(a.net_cents, 0) <> coalesce(d.net_cents, 0)
union all
select
    region_code as owner,
    month,
    a.debits as added,
    d.debits as standing,
from counts as a
full join counted as d using (region_code, month)
where
    coalesce(a.debits, 0) <> coalesce(d.debits, 0)
    or coalesce(a.corrected, 0) <> coalesce(d.corrected, 0)
