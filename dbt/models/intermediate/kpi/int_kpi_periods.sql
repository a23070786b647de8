-- Every KPI in every region and period, before suppression. dbt has to know what a model reads before it runs, so a new
-- model of KPIs is named here, with the feeds that must cover a period whole; a measurement made outside says its own.
{%- set models = {
    'int_kpis_of_contacts': 'contacts',
    'int_kpis_of_placements': 'contacts',
    'int_kpis_of_stops': 'capacity_snapshots',
    'int_kpi_occupancy': 'capacity_snapshots',
    'int_kpi_crowding_spread': 'capacity_snapshots',
    'int_kpis_of_coverage': 'capacity_snapshots',
    'int_kpi_lpz_regions': 'capacity_snapshots',
    'int_kpi_zc_regions': 'capacity_snapshots|contacts',
    'int_kpis_of_declarations': 'declarations',
    'int_kpi_seh_per_1000': 'declarations',
    'int_kpis_of_budgets': 'declarations',
    'int_kpis_observed': '',
} %}
{%- for model, feeds in models.items() %}
select
    kpi_id,
    region_code,
    unit,
    period_type,
    period_start,
    numerator,
    denominator,
    n,
    '{{ feeds }}' as feeds,
from {{ ref(model) }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
