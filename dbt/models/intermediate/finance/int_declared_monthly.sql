-- Net and disputed cents of what covers the budget, in the month of the care.
select
    provider_agb,
    insurer_uzovi,
    coalesce(macro_category, 'unassigned') as macro_category,
    service_month as month,
    cast(sum(amount_eur) * 100 as bigint) as declared_cents,
    cast(sum(disputed_eur) * 100 as bigint) as disputed_cents,
from {{ ref('declaration') }}
where counted and covers_budget
group by all
