-- Provisional and definitive settlement of what insurers pay of every provider's year, in cents. What they bear in
-- the end is its budget or, on the basis of cost, its audited costs.
with editions as (
    select unnest(['provisional', 'definitive']) as edition
),

years as (
    select
        y.*,
        c.basis,
        c.cost_cents,
        case c.basis when 'cost' then c.cost_cents else y.budget_cents end as borne_cents,
    from {{ ref('int_payer_years') }} as y
    inner join {{ ref('int_settlement_costs') }} as c using (provider_agb, year)
    where y.payer_kind = 'insurer'
)

select
    y.provider_agb,
    y.year,
    e.edition,
    y.basis,
    case when y.settles then y.budget_cents end as budget_cents,
    y.revenue_cents,
    y.cost_cents,
    case when y.settles then y.borne_cents - y.revenue_cents end as difference_cents,
    case
        when not y.settles then 'no_budget'
        when y.borne_cents is null then 'costs_missing'
        when s.scope is null then 'shares_missing'
        else 'settled'
    end as status,
    case when y.settles and y.borne_cents is not null then s.shares_year end as shares_year,
    case when y.settles then y.edition end as budget_edition,
from years as y
cross join editions as e
left join {{ ref('int_settlement_sets') }} as s
    on
        y.provider_agb = s.provider_agb
        and y.year = s.year
        and e.edition = s.edition
        and s.is_market_key
