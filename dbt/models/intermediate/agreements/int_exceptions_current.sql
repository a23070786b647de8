select
    version_id,
    row,
    exception_id,
    rule,
    provider_agb,
    counter_provider_agb,
    patient_key,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_until,
    delivery_date,
from {{ ref('stg_exceptions') }}
