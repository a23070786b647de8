select
    provider_agb,
    valid_from,
    nullif(valid_until, date '9999-12-31') as valid_to,
    name,
    sector,
    region_code,
from {{ ref('int_providers_by_period') }}
