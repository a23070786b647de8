-- What each insurer was declared under the law that it pays for, and paid, at a provider in a year, in cents.
with declared as (
    select
        provider_agb,
        year(month) as year,
        insurer_uzovi,
        sum(declared_cents) as declared_cents,
        sum(disputed_cents) as disputed_cents,
        0 as lump_sum_cents,
        0 as advance_cents,
        0 as settlement_cents,
        null as claim_cents,
    from {{ ref('int_declared_monthly') }}
    where payer_kind = 'insurer'
    group by provider_agb, year(month), insurer_uzovi
),

paid as (
    select
        provider_agb,
        year,
        insurer_uzovi,
        0 as declared_cents,
        0 as disputed_cents,
        coalesce(sum(paid_cents) filter (where kind = 'lump_sum'), 0) as lump_sum_cents,
        coalesce(sum(paid_cents) filter (where kind = 'advance'), 0) as advance_cents,
        coalesce(sum(paid_cents) filter (where kind = 'settlement'), 0) as settlement_cents,
        sum(paid_cents) filter (where kind = 'claim') as claim_cents,
    from {{ ref('int_payments_current') }}
    group by provider_agb, year, insurer_uzovi
)

select
    provider_agb,
    year,
    insurer_uzovi,
    cast(sum(declared_cents) as bigint) as declared_cents,
    cast(sum(disputed_cents) as bigint) as disputed_cents,
    cast(sum(lump_sum_cents) as bigint) as lump_sum_cents,
    cast(sum(advance_cents) as bigint) as advance_cents,
    cast(sum(settlement_cents) as bigint) as settlement_cents,
    -- Where nobody tells which claims were paid, what was declared counts as paid when declared.
    cast(coalesce(sum(claim_cents), sum(declared_cents)) as bigint) as claims_paid_cents,
    sum(claim_cents) is null as claims_assumed_paid,
from (
    select * from declared
    union all
    select * from paid
) as declared_and_paid
group by provider_agb, year, insurer_uzovi
