select
    s.*,
    d.delivery_order,
    {{ is_unknown_region('s.region_code') }} as unknown_region,
from {{ ref('stg_population') }} as s
inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
