{{ config(materialized='view_in_place') }}
select
    s.*,
    h.day as measured_on,
    p.region_code,
    p.provider_agb is null as unknown_provider,
from {{ ref('stg_capacity_snapshots') }} as s
inner join {{ ref('int_snapshot_hours') }} as h on {{ hour_of('s.measured_at') }} = h.hour
left join {{ ref('int_providers_by_period') }} as p
    on s.provider_agb = p.provider_agb and h.day between p.valid_from and p.valid_until
