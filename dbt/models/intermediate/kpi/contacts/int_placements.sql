{{ config(materialized='table_in_place') }}
-- Placements, each with the time it took and whether the next of its episode followed within 24 hours. One without
-- an episode is followed by none.
select
    contact_id,
    region_code,
    {{ month_of('offered_on') }} as month,
    epoch_us(placed_at) - epoch_us(answered_at) as took_us,
    coalesce(epoch_us(lead(placed_at) over episode_order) - epoch_us(placed_at) <= 86400000000, false)
        as is_followed,
from {{ ref('int_contacts_current') }}
where placed_at is not null
window episode_order as (
    partition by episode_id, case when episode_id is null then contact_id end
    order by placed_at, contact_id
)
