with delivered as (
    select
        s.*,
        d.delivery_order,
        d.delivery_date,
    from {{ ref('stg_network_costs') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
)

select
    s.*,
    ({{ is_unknown('provider_agb', 's.network_agb', 's.period_start', 's.period_end') }})
    or ({{ is_unknown('provider_agb', 's.member_agb', 's.period_start', 's.period_end') }}) as unknown_provider,
from delivered as s
