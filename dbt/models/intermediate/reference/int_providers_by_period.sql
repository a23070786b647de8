with accepted as (
    select
        provider_agb,
        name,
        sector,
        region_code,
        valid_from,
        valid_to,
        delivery_order,
    from {{ ref('int_providers_judged') }}
    where not unknown_region
),

latest as (
    {{ latest_by_key('accepted', ['provider_agb', 'valid_from']) }}
)

{{ held_periods('latest', ['provider_agb']) }}
