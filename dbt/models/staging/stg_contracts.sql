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
    valid_to,
    parameters,
from {{ source('raw', 'contracts') }}
