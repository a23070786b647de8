select
    version_id,
    row,
    patient_key,
    framework,
    with_treatment,
    valid_from,
    valid_to,
from {{ source('raw', 'legal_indications') }}
