select
    'time_to_placement_p90' as kpi_id,
    region_code,
    'all' as unit,
    period_type,
    period_start,
    p90_minutes as numerator,
    cast(1 as decimal(28, 6)) as denominator,
    placements as n,
from {{ ref('int_placement_times') }}
