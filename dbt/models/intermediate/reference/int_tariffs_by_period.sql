with accepted as (
    select *
    from {{ ref('int_tariffs_judged') }}
    where not unknown_provider
),

latest as (
    {{ latest_by_key('accepted', ['performance_code', 'provider_agb', 'valid_from']) }}
),

-- A provider's own tariff is of that provider whatever its sector; a national one is of its sector.
owned as (
    select
        performance_code,
        provider_agb,
        sector,
        case when provider_agb is null then sector end as national_sector,
        function,
        tariff_kind,
        tariff_cents,
        covers_budget,
        max_per_day,
        macro_category,
        valid_from,
        valid_to,
    from latest
),

held as (
    {{ held_periods('owned', ['performance_code', 'provider_agb', 'national_sector']) }}
)

select * exclude (national_sector)
from held
