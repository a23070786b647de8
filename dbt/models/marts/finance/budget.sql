select
    b.provider_agb,
    b.year,
    b.component,
    b.parameter,
    p.region_code,
    p.sector,
    b.edition,
    b.quantity,
    {{ eur('b.unit_price_cents') }} as unit_price_eur,
    b.percentage,
    {{ eur('b.amount_cents') }} as amount_eur,
    b.function,
    b.representing_uzovi_1,
    b.representing_uzovi_2,
from {{ ref('int_budgets_in_force') }} as b
left join {{ ref('int_providers_by_year') }} as p using (provider_agb, year)
