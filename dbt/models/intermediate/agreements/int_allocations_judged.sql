with delivered as (
    select
        s.*,
        d.delivery_order,
        d.delivery_date,
        year(s.valid_from) as year,
    from {{ ref('stg_function_allocations') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
),

known as (
    select
        s.*,
        ({{ is_unknown('provider_agb', 's.provider_agb', 's.valid_from', 's.valid_to') }})
        or ({{ is_unknown('provider_agb', 's.cleared_from', 's.valid_from', 's.valid_to') }}) as unknown_provider,
        {{ is_unknown_region('s.region_code') }} as unknown_region,
    from delivered as s
),

accepted as (
    select *
    from known
    where not (unknown_provider or unknown_region)
),

latest as (
    {{ latest_by_key('accepted', ['region_code', 'function', 'provider_agb', 'valid_from']) }}
),

beyond as (
    {{ sums_out_of_range('latest', ['provider_agb', 'year'], ['amount_cents', 'cleared_amount_cents']) }}
)

select
    k.* exclude (year),
    b.year is not null as sum_out_of_range,
from known as k
left join beyond as b on k.provider_agb = b.provider_agb and k.year = b.year
