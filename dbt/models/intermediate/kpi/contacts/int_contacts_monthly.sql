{{ config(materialized='table_in_place') }}
-- What the KPIs count of the contacts, in one pass over them. A contact belongs to the local month it was offered in.
with timed as (
    select
        region_code,
        {{ month_of('offered_on') }} as month,
        offered_on,
        line = 'emergency' as is_emergency,
        epoch_us(answered_at) - epoch_us(offered_at) as waited_us,
        triage_ended_at is not null as is_triaged,
        multidisciplinary,
        disposition,
        placed_at,
        placement_calls,
        standard_message,
    from {{ ref('int_contacts_current') }}
)

select
    region_code,
    month,
    count(*) filter (where not is_emergency) as regular_offered,
    count(*) filter (where not is_emergency and waited_us <= 120000000) as regular_within_2min,
    count(*) filter (where not is_emergency and waited_us <= 600000000) as regular_within_10min,
    count(*) filter (where is_emergency) as emergency_offered,
    count(*) filter (where is_emergency and waited_us <= 30000000) as emergency_within_30s,
    count(*) filter (where waited_us is null) as abandoned,
    count(*) filter (where is_triaged) as triaged,
    count(*) filter (where is_triaged and disposition = 'self_care') as self_care,
    count(*) filter (where is_triaged and multidisciplinary) as multidisciplinary,
    count(distinct offered_on) filter (where is_triaged and multidisciplinary) as multidisciplinary_days,
    count(standard_message) as passed_on,
    count(*) filter (where standard_message) as in_standard,
    count(placed_at) as placements,
    cast(coalesce(sum(placement_calls), 0) as bigint) as placement_calls,
from timed
group by region_code, month
