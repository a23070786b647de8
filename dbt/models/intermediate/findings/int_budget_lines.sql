-- Lines of the budgets in force, named, with the sector and region that their provider has in the year.
select
    b.provider_agb,
    b.year,
    b.component,
    b.parameter,
    concat_ws('/', b.year, b.edition, b.component, b.parameter) as budget_line,
    p.sector,
    p.region_code,
    b.function,
    b.percentage,
    b.amount_cents,
    make_date(b.year, 1, 1) as first_on,
    make_date(b.year, 12, 31) as last_on,
    b.delivery_date,
from {{ ref('int_budgets_in_force') }} as b
inner join {{ ref('int_providers_by_year') }} as p on b.provider_agb = p.provider_agb and b.year = p.year
