{{ config(materialized='view_in_place') }}
select
    j.contact_id,
    j.provider_agb,
    j.sector,
    j.region_code,
    j.caller,
    j.line,
    j.offered_at,
    j.offered_on,
    j.answered_at,
    j.triage_ended_at,
    j.urgency,
    j.multidisciplinary,
    j.disposition,
    j.placed_at,
    j.placement_calls,
    j.standard_message,
    j.episode_id,
    j.patient_key,
from {{ ref('int_contacts_validated') }} as j
anti join {{ ref('int_contacts_superseded') }} as s on j.version_id = s.version_id and j.row = s.row
where not j.unknown_provider
