with locations as (
    select
        version_id,
        row,
        provider_agb,
        location_code,
        unit,
        coalesce(cadence_minutes, 5) as cadence_minutes,
        valid_from,
        valid_to,
    from {{ ref('stg_locations') }}
)

{{ held_periods('locations', ['provider_agb', 'location_code', 'unit']) }}
