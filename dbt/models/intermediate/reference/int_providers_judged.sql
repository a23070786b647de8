select
    p.*,
    -- As the feed calls it, for the quarantined row as text.
    p.provider_agb as agb,
    d.delivery_order,
    {{ is_unknown_region('p.region_code') }} as unknown_region,
from {{ ref('stg_providers') }} as p
inner join {{ ref('stg_deliveries') }} as d on p.version_id = d.version_id
