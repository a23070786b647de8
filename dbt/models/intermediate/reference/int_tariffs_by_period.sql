with accepted as (
    select *
    from {{ ref('int_tariffs_judged') }}
    where not unknown_provider
),

latest as (
    {{ latest_by_key('accepted', ['performance_code', 'provider_agb', 'valid_from']) }}
)

select
    performance_code,
    provider_agb,
    sector,
    function,
    tariff_kind,
    tariff_cents,
    covers_budget,
    max_per_day,
    macro_category,
    valid_from,
    {{ valid_until(['performance_code', 'provider_agb', 'case when provider_agb is null then sector end']) }}
        as valid_until,
from latest
