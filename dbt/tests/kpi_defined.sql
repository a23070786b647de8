{{ config(meta={'dagster': {'ref': {'name': 'value'}}}) }}
select
    v.kpi_id,
    v.region_code,
    v.unit,
    v.period_type,
    v.period_start,
from {{ ref('value') }} as v
anti join {{ ref('definition') }} as d on v.kpi_id = d.kpi_id
