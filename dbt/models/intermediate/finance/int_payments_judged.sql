with payments as (
    select
        s.*,
        d.delivery_order,
        d.delivery_date,
    from {{ ref('stg_payments') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
),

known as (
    select
        s.*,
        p.provider_agb is null as unknown_provider,
        i.insurer_uzovi is null as unknown_insurer,
    from payments as s
    left join {{ ref('int_providers_by_period') }} as p
        on s.provider_agb = p.provider_agb and s.paid_on between p.valid_from and p.valid_until
    left join {{ ref('int_insurers_by_period') }} as i
        on s.insurer_uzovi = i.insurer_uzovi and s.paid_on between i.valid_from and i.valid_until
),

accepted as (
    select *
    from known
    where not (unknown_provider or unknown_insurer)
),

-- A payment that was delivered again for another provider or year counts in both here, so that whichever stands is within.
latest as (
    {{ latest_by_key('accepted', ['payment_id', 'provider_agb', 'for_year']) }}
),

beyond as (
    {{ sums_out_of_range('latest', ['provider_agb', 'for_year'], ['amount_cents']) }}
)

select
    k.*,
    b.for_year is not null as sum_out_of_range,
from known as k
left join beyond as b on k.provider_agb = b.provider_agb and k.for_year = b.for_year
