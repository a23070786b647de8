with delivered as (
    select
        s.*,
        d.delivery_order,
        d.delivery_date,
    from {{ ref('stg_contracts') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
)

select
    s.*,
    ({{ is_unknown('provider_agb', 's.provider_agb', 's.valid_from', 's.valid_to') }})
    or ({{ is_unknown('provider_agb', 's.network_agb', 's.valid_from', 's.valid_to') }}) as unknown_provider,
    {{ is_unknown('insurer_uzovi', 's.insurer_uzovi', 's.valid_from', 's.valid_to') }} as unknown_insurer,
from delivered as s
