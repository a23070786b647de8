-- Payments that stand, signed, each in the month of its year that it is paid in, or the nearest one.
with accepted as (
    select *
    from {{ ref('int_payments_judged') }}
    where not (unknown_provider or unknown_insurer or sum_out_of_range)
),

latest as (
    {{ latest_by_key('accepted', ['payment_id']) }}
)

select
    payment_id,
    provider_agb,
    insurer_uzovi,
    for_year as year,
    kind,
    paid_on,
    greatest(
        least({{ month_of('paid_on') }}, make_date(for_year, 12, 1)),
        make_date(for_year, 1, 1)
    ) as month,
    {{ signed('amount_cents') }} as paid_cents,
    delivery_date,
from latest
