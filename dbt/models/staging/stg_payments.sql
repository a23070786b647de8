select
    version_id,
    row,
    payment_id,
    provider_agb,
    insurer_uzovi,
    paid_on,
    for_year,
    kind,
    debit_credit,
    amount_cents,
from {{ source('raw', 'payments') }}
