-- Budget and revenue of a year by who pays them; the payers sum to finance.budget_realisation's year.
select
    provider_agb,
    year,
    payer_kind,
    case when is_budgeted then {{ eur('coalesce(budget_cents, 0)') }} end as budget_eur,
    {{ eur('revenue_cents') }} as revenue_eur,
    case when is_budgeted then {{ eur('coalesce(budget_cents, 0) - revenue_cents') }} end as difference_eur,
from {{ ref('int_payer_years') }}
