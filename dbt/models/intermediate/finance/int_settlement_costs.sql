-- Of every provider's year of which a sector settles on costs: the audited costs under the Zvw, of all categories, in
-- cents. A sector without a parameter settles on revenue.
with bases as (
    select
        y.provider_agb,
        y.year,
        coalesce(b.basis, 'revenue') as basis,
    from {{ ref('int_provider_years') }} as y
    asof left join {{ ref('settlement_basis') }} as b
        on y.sector = b.sector and make_date(y.year, 1, 1) >= b.valid_from
),

audited as (
    select
        provider_agb,
        year,
        cast(sum(amount_cents) as bigint) as cost_cents,
    from {{ ref('stg_provider_costs') }}
    where edition = 'audited' and legal_framework = 'Zvw'
    group by provider_agb, year
)

select
    b.provider_agb,
    b.year,
    b.basis,
    case when b.basis = 'cost' then a.cost_cents end as cost_cents,
from bases as b
left join audited as a using (provider_agb, year)
