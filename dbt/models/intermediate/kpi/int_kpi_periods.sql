-- Every KPI in every region and period, before suppression.
{%- set kpis = [
    'seh_stop_count', 'seh_stop_minutes_per_day', 'occupancy', 'crowding_spread', 'snapshot_coverage',
    'lpz_regions', 'ambulance_no_transport', 'seh_per_1000', 'realisation_pct', 'disputed_pct', 'admin_burden',
] %}
{%- for kpi in kpis %}
select
    kpi_id,
    region_code,
    unit,
    period_type,
    period_start,
    numerator,
    denominator,
    n,
from {{ ref('int_kpi_' ~ kpi) }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
