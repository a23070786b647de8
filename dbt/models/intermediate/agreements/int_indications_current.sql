select
    version_id,
    row,
    patient_key,
    framework,
    with_treatment,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_until,
    admitted_on,
    died_on,
    delivery_date,
from {{ ref('stg_legal_indications') }}
