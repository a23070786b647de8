-- A provider's own tariff is of that provider whatever its sector; a national one is of its sector.
with owned as (
    select
        version_id,
        row,
        performance_code,
        provider_agb,
        sector,
        case when provider_agb is null then sector end as national_sector,
        function,
        tariff_kind,
        tariff_cents,
        covers_budget,
        coalesce(max_per_day, 1) as max_per_day,
        macro_category,
        valid_from,
        valid_to,
    from {{ ref('stg_tariffs') }}
),

held as (
    {{ held_periods('owned', ['performance_code', 'provider_agb', 'national_sector']) }}
)

select * exclude (national_sector)
from held
