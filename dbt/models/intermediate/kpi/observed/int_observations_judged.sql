-- Where a provider is named, it must be known on some day of the period.
with observations as (
    select
        o.*,
        d.delivery_order,
    from {{ ref('stg_kpi_observations') }} as o
    inner join {{ ref('stg_deliveries') }} as d on o.version_id = d.version_id
),

known as (
    select
        o.version_id,
        o.row,
    from observations as o
    inner join {{ ref('int_providers_by_period') }} as p
        on
            o.provider_agb = p.provider_agb
            and o.period_start <= p.valid_until
            and o.period_end >= p.valid_from
    group by o.version_id, o.row
)

select
    o.*,
    o.provider_agb is not null and k.row is null as unknown_provider,
    {{ is_unknown_region('o.region_code', or_country=true) }} as unknown_region,
from observations as o
left join known as k on o.version_id = k.version_id and o.row = k.row
