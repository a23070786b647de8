select
    kpi_id,
    name_en,
    name_nl,
    numerator,
    denominator,
    unit,
    direction,
    level,
    minimum_n,
    source,
from {{ ref('kpi_definition') }}
