-- R11: the amount is not the fixed tariff × quantity, or breaks a maximum or minimum; the excess alone is disputed. A
-- tariff × quantity beyond any amount that can be declared is cut off there, or one row's would be too large for a sum.
with broken as (
    select
        provider_agb,
        declaration_id,
        tariff_kind,
        service_on,
        amount_cents,
        least(cast(tariff_cents as hugeint) * quantity, {{ largest_sum() }}) as tariff_total_cents,
    from {{ ref('int_debits_live') }}
    where
        case tariff_kind
            when 'free' then false
            when 'fixed' then amount_cents <> cast(tariff_cents as hugeint) * quantity
            when 'minimum' then amount_cents < cast(tariff_cents as hugeint) * quantity
            else amount_cents > cast(tariff_cents as hugeint) * quantity
        end
),

allowances as (
    select
        cast(value as bigint) as allowed_pct,
        valid_from,
    from {{ ref('double_funding_parameter') }}
    where rule = 'R11' and parameter = 'max_max_pct'
),

limited as (
    select
        b.provider_agb,
        b.declaration_id,
        b.amount_cents,
        b.tariff_kind,
        case b.tariff_kind
            when 'max_max' then {{ divided_half_even('(b.tariff_total_cents * a.allowed_pct)', '100') }}
            else cast(b.tariff_total_cents as bigint)
        end as limit_cents,
    from broken as b
    asof inner join allowances as a on b.service_on >= a.valid_from
)

select
    'R11' as rule,
    provider_agb,
    declaration_id,
    cast(null as varchar) as counter_provider_agb,
    cast(null as varchar) as counter_declaration_id,
    abs(amount_cents - limit_cents) as risk_cents,
    greatest(amount_cents - limit_cents, 0) as disputed_cents,
from limited
where tariff_kind <> 'max_max' or amount_cents > limit_cents
