select
    version_id,
    row,
    region_code,
    function,
    provider_agb,
    funding_source,
    valid_from,
    valid_to,
    amount_cents,
    cleared_from,
    cleared_amount_cents,
from {{ source('raw', 'function_allocations') }}
