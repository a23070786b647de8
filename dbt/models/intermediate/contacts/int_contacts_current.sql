with accepted as (
    select *
    from {{ ref('int_contacts_judged') }}
    where not unknown_provider
),

latest as (
    {{ latest_by_key('accepted', ['contact_id']) }}
)

select
    contact_id,
    provider_agb,
    sector,
    region_code,
    caller,
    line,
    offered_at,
    offered_on,
    answered_at,
    triage_ended_at,
    urgency,
    multidisciplinary,
    disposition,
    placed_at,
    placement_calls,
    standard_message,
    episode_id,
    patient_key,
from latest
