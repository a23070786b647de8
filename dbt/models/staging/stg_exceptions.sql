select
    version_id,
    row,
    exception_id,
    rule,
    provider_agb,
    counter_provider_agb,
    patient_key,
    valid_from,
    valid_to,
    approved_by,
    reason,
from {{ source('raw', 'exceptions') }}
