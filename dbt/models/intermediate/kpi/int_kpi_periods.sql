-- Every KPI in every region and period, before suppression.
{%- set kpis = [
    'answer_regular_2min', 'answer_regular_10min', 'answer_emergency_30s', 'abandoned', 'self_care',
    'multidisciplinary_triage', 'standard_message', 'calls_per_placement', 'time_to_placement_p50',
    'time_to_placement_p90', 'first_time_right', 'seh_stop_count', 'seh_stop_minutes_per_day',
    'occupancy', 'crowding_spread', 'snapshot_coverage', 'lpz_regions', 'zc_regions',
    'ambulance_no_transport', 'seh_per_1000', 'realisation_pct', 'disputed_pct', 'admin_burden',
    'patient_satisfaction', 'professional_satisfaction', 'quality_of_life', 'lead_time',
    'repeat_consults', 'complications', 'trained_in_shared_decisions',
    'pathways_with_shared_decisions', 'pathways_with_proms', 'decision_aid_used', 'apop_screening',
    'indication_waiting_weeks',
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
