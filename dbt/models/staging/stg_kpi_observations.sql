select
    version_id,
    row,
    kpi_id,
    region_code,
    provider_agb,
    period_start,
    period_end,
    numerator,
    denominator,
    source,
from {{ source('raw', 'kpi_observations') }}
