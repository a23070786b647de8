select
    s.provider_agb,
    s.year,
    s.edition,
    {{ eur('s.budget_cents') }} as budget_eur,
    {{ eur('s.revenue_cents') }} as revenue_eur,
    {{ eur('s.difference_cents') }} as revenue_difference_eur,
    case
        when s.difference_cents > 0 then 'closing_tariff'
        when s.difference_cents < 0 then 'settlement_amount'
    end as instrument,
    s.status,
    cast(s.shares_year as bigint) as shares_year,
    coalesce(w.year_withheld, false) as withheld,
from {{ ref('int_settlements') }} as s
left join {{ ref('int_years_withheld') }} as w on s.provider_agb = w.provider_agb and s.year = w.year
