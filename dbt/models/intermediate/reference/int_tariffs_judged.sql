-- A provider's own tariff needs that provider on some day of its validity.
with tariffs as (
    select
        t.*,
        d.delivery_order,
    from {{ ref('stg_tariffs') }} as t
    inner join {{ ref('stg_deliveries') }} as d on t.version_id = d.version_id
),

known as (
    select
        t.version_id,
        t.row,
    from tariffs as t
    inner join {{ ref('int_providers_by_period') }} as p
        on
            t.provider_agb = p.provider_agb
            and t.valid_from <= p.valid_until
            and coalesce(t.valid_to, date '9999-12-31') >= p.valid_from
    group by t.version_id, t.row
)

select
    t.*,
    t.provider_agb is not null and k.row is null as unknown_provider,
from tariffs as t
left join known as k on t.version_id = k.version_id and t.row = k.row
