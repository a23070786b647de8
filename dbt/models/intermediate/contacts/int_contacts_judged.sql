with contacts as (
    select
        s.*,
        d.delivery_order,
    from {{ ref('stg_contacts') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
)

select
    s.*,
    p.sector,
    p.region_code,
    p.provider_agb is null as unknown_provider,
from contacts as s
left join {{ ref('int_providers_by_period') }} as p
    on s.provider_agb = p.provider_agb and s.offered_on between p.valid_from and p.valid_until
