{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'budget'}}}) }}
select
    provider_agb,
    year,
    v.edition,
    v.component,
    v.parameter,
    v.file,
from {{ ref('int_budget_lines_vanished') }} as v
semi join {{ ref('budget') }} as b using (provider_agb, year)
