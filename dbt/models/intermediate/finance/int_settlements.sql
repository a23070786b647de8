-- Provisional and definitive settlement of what insurers pay of every provider's year, in cents.
with editions as (
    select unnest(['provisional', 'definitive']) as edition
),

years as (
    select *
    from {{ ref('int_payer_years') }}
    where payer_kind = 'insurer'
)

select
    y.provider_agb,
    y.year,
    e.edition,
    case when y.settles then y.budget_cents end as budget_cents,
    y.revenue_cents,
    case when y.settles then y.budget_cents - y.revenue_cents end as difference_cents,
    case
        when not y.settles then 'no_budget'
        when s.scope is null then 'shares_missing'
        else 'settled'
    end as status,
    case when y.settles then s.shares_year end as shares_year,
    case when y.settles then y.edition end as budget_edition,
from years as y
cross join editions as e
left join {{ ref('int_settlement_sets') }} as s
    on
        y.provider_agb = s.provider_agb
        and y.year = s.year
        and e.edition = s.edition
        and s.is_market_key
