with accepted as (
    select
        provider_agb,
        location_code,
        unit,
        cadence_minutes,
        valid_from,
        valid_to,
        delivery_order,
    from {{ ref('int_locations_judged') }}
    where not unknown_provider
),

latest as (
    {{ latest_by_key('accepted', ['provider_agb', 'location_code', 'unit', 'valid_from']) }}
)

{{ held_periods('latest', ['provider_agb', 'location_code', 'unit']) }}
