-- Every KPI in every region and period, before suppression. dbt has to know what a model reads before it runs, so a new
-- model of KPIs is named here.
{%- set models = [
    'int_kpis_of_contacts', 'int_kpis_of_placements', 'int_kpis_of_stops', 'int_kpi_occupancy', 'int_kpi_crowding_spread',
    'int_kpi_snapshot_coverage', 'int_kpi_lpz_regions', 'int_kpi_zc_regions', 'int_kpis_of_declarations',
    'int_kpi_seh_per_1000', 'int_kpis_of_budgets', 'int_kpis_observed',
] %}
{%- for model in models %}
select
    kpi_id,
    region_code,
    unit,
    period_type,
    period_start,
    numerator,
    denominator,
    n,
from {{ ref(model) }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
