select
    provider_agb,
    year,
    edition,
    {{ eur('budget_cents') }} as budget_eur,
    {{ eur('revenue_cents') }} as revenue_eur,
    {{ eur('difference_cents') }} as revenue_difference_eur,
    case
        when difference_cents > 0 then 'closing_tariff'
        when difference_cents < 0 then 'settlement_amount'
    end as instrument,
    status,
    cast(shares_year as bigint) as shares_year,
from {{ ref('int_settlements') }}
