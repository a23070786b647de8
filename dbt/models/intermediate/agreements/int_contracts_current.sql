select
    version_id,
    row,
    contract_id,
    provider_agb,
    network_agb,
    insurer_uzovi,
    form,
    scope,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_until,
    parameters,
    delivery_date,
from {{ ref('stg_contracts') }}
