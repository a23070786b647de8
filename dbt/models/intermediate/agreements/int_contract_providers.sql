-- Whose care a contract is about: its provider, or its network and the members that it names.
with parties as (
    select
        contract_id,
        coalesce(provider_agb, network_agb) as provider_agb,
    from {{ ref('int_contract_terms') }}
    union
    select
        contract_id,
        unnest(members) as provider_agb,
    from {{ ref('int_contract_terms') }}
)

select
    contract_id,
    provider_agb,
from parties
