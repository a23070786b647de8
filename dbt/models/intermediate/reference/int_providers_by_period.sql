with providers as (
    select
        p.provider_agb,
        p.name,
        p.sector,
        p.region_code,
        p.valid_from,
        p.valid_to,
        d.delivery_order,
    from {{ ref('stg_providers') }} as p
    inner join {{ ref('stg_deliveries') }} as d on p.version_id = d.version_id
),

latest as (
    {{ latest_by_key('providers', ['provider_agb', 'valid_from']) }}
)

select
    provider_agb,
    name,
    sector,
    region_code,
    valid_from,
    {{ valid_until(['provider_agb']) }} as valid_until,
from latest
