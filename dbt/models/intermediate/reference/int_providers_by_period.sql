with providers as (
    select
        version_id,
        row,
        agb as provider_agb,
        name,
        sector,
        region_code,
        valid_from,
        valid_to,
    from {{ ref('stg_providers') }}
)

{{ held_periods('providers', ['provider_agb']) }}
