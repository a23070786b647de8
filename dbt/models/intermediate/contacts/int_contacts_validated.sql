{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'contacts', 'by': 'version'},
    'uncompressed': ['contact_id', 'episode_id', 'patient_key']
}) }}
with contacts as (
    select *
    from {{ ref('stg_contacts') }}
    {{- of_pending_versions('contacts', 'version_id') }}
)

select
    s.*,
    p.sector,
    p.region_code,
    p.provider_agb is null as unknown_provider,
from contacts as s
left join {{ ref('int_providers_by_period') }} as p
    on s.provider_agb = p.provider_agb and s.offered_on between p.valid_from and p.valid_until
