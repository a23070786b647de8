with delivered as (
    select
        s.*,
        d.delivery_order,
        d.delivery_date,
        year(s.period_start) as year,
    from {{ ref('stg_network_costs') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
),

known as (
    select
        s.*,
        ({{ is_unknown('provider_agb', 's.network_agb', 's.period_start', 's.period_end') }})
        or ({{ is_unknown('provider_agb', 's.member_agb', 's.period_start', 's.period_end') }}) as unknown_provider,
    from delivered as s
),

accepted as (
    select *
    from known
    where not unknown_provider
),

-- An invoice that was delivered again for another member or year counts in both here, so that whichever stands is within.
latest as (
    {{ latest_by_key('accepted', ['invoice_id', 'member_agb', 'year']) }}
),

beyond as (
    {{ sums_out_of_range('latest', ['member_agb', 'year'], ['wage_cost_cents']) }}
)

select
    k.* exclude (year),
    b.year is not null as sum_out_of_range,
from known as k
left join beyond as b on k.member_agb = b.member_agb and k.year = b.year
