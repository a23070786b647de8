-- Current payments, signed, each in the month of its year that it is paid in, or the nearest one.
select
    version_id,
    row,
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
from {{ ref('stg_payments') }}
