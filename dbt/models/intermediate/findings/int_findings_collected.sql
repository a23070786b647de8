-- What the rules found, one below the other. dbt has to know what a model reads before it runs, so a new rule is named
-- here.
{%- set rules = [
    'r01_repeated_at_one_provider',
    'r02_repeated_at_two_providers',
    'r03_unmatched_credit',
    'r04_function_in_two_sectors',
    'r05_transferred_function',
    'r06_care_beside_wlz',
    'r07_treatment_paid_by_wlz',
    'r08_function_paid_by_two_laws',
    'r09_ambulance_without_transport',
    'r10_several_consults_for_one_contact',
    'r11_amount_against_tariff',
    'r12_function_in_two_budgets',
    'r13_budget_above_norm',
    'r14_availability_contribution',
    'r15_advance_or_lump_sum_as_revenue',
    'r16_hours_and_care',
    'r17_covered_by_contract',
    'r18_hospital_and_gp_post',
    'r19_title_beside_other_funding',
] %}
{%- for rule in rules %}
select * from {{ ref('int_finding_' ~ rule) }}
{%- if not loop.last %}
union all by name
{%- endif %}
{%- endfor %}
