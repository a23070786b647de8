select
    'realisation_pct' as kpi_id,
    region_code,
    'all' as unit,
    period_type,
    period_start,
    revenue_eur as numerator,
    budget_eur as denominator,
    providers as n,
from {{ ref('int_realisation_periods') }}
