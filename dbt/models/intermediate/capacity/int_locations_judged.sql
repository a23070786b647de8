with delivered as (
    select
        s.*,
        d.delivery_order,
    from {{ ref('stg_locations') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
)

select
    s.*,
    {{ is_unknown('provider_agb', 's.provider_agb', 's.valid_from', 's.valid_to') }} as unknown_provider,
from delivered as s
