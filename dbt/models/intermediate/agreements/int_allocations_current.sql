with accepted as (
    select *
    from {{ ref('int_allocations_judged') }}
    where not (unknown_provider or unknown_region or sum_out_of_range)
),

latest as (
    {{ latest_by_key('accepted', ['region_code', 'function', 'provider_agb', 'valid_from']) }}
)

select
    region_code,
    function,
    provider_agb,
    funding_source,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_until,
    amount_cents,
    cleared_from,
    cleared_amount_cents,
    delivery_date,
from latest
