-- What each insurer has in a month of a provider's year, in cents.
with amounts as (
    select
        provider_agb,
        insurer_uzovi,
        month,
        declared_cents,
        disputed_cents,
        0 as lump_sum_cents,
        payer_kind,
    from {{ ref('int_declared_monthly') }}
    union all
    select
        provider_agb,
        insurer_uzovi,
        month,
        0 as declared_cents,
        0 as disputed_cents,
        paid_cents as lump_sum_cents,
        'insurer' as payer_kind,
    from {{ ref('int_payments_current') }}
    where kind = 'lump_sum'
)

select
    provider_agb,
    cast(year(month) as bigint) as year,
    month,
    insurer_uzovi,
    cast(sum(declared_cents) as bigint) as declared_cents,
    cast(sum(disputed_cents) as bigint) as disputed_cents,
    cast(sum(lump_sum_cents) as bigint) as lump_sum_cents,
    cast(sum(declared_cents - disputed_cents + lump_sum_cents) as bigint) as revenue_cents,
    -- What of it insurers pay, and settle; the rest is of other laws.
    cast(coalesce(sum(declared_cents - disputed_cents + lump_sum_cents) filter (
        where payer_kind = 'insurer'
    ), 0) as bigint) as insurer_revenue_cents,
from amounts
group by provider_agb, month, insurer_uzovi
