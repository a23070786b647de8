-- Insurers see the months of all laws. Where other laws are among them, the Zvw beside them would tell what is of whom,
-- so of such a year they see no revenue here; of every other one it is what the months add up to.
with of_other_laws as (
    select
        provider_agb,
        year,
    from {{ ref('int_insurer_months') }}
    group by provider_agb, year
    having bool_or(revenue_cents <> insurer_revenue_cents)
)

select
    s.provider_agb,
    s.year,
    s.edition,
    s.basis,
    {{ eur('s.budget_cents') }} as budget_eur,
    {{ eur('s.revenue_cents') }} as revenue_eur,
    {{ eur('s.cost_cents') }} as cost_eur,
    {{ eur('s.budget_cents - s.cost_cents') }} as unspent_eur,
    {{ eur('s.difference_cents') }} as revenue_difference_eur,
    case
        when s.difference_cents > 0 then 'closing_tariff'
        when s.difference_cents < 0 then 'settlement_amount'
    end as instrument,
    s.status,
    cast(s.shares_year as bigint) as shares_year,
    s.budget_edition,
    coalesce(w.year_withheld, false) or o.provider_agb is not null as withheld,
from {{ ref('int_settlements') }} as s
left join {{ ref('int_years_withheld') }} as w on s.provider_agb = w.provider_agb and s.year = w.year
left join of_other_laws as o on s.provider_agb = o.provider_agb and s.year = o.year
