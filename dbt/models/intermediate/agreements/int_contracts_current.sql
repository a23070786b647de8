with accepted as (
    select *
    from {{ ref('int_contracts_judged') }}
    where not (unknown_provider or unknown_insurer)
),

latest as (
    {{ latest_by_key('accepted', ['contract_id']) }}
)

select
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
from latest
