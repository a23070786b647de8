select
    version_id,
    row,
    region_code,
    function,
    provider_agb,
    funding_source,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_until,
    amount_cents,
    cleared_from,
    cleared_amount_cents,
    delivery_date,
from {{ ref('stg_function_allocations') }}
