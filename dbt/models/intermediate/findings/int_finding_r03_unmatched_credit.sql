-- R03: a credit without its debit, one that differs from it, or a further credit of one debit. It counts nowhere.
select
    'R03' as rule,
    provider_agb,
    declaration_id,
    case when debit_id is not null then provider_agb end as counter_provider_agb,
    debit_id as counter_declaration_id,
    amount_cents as risk_cents,
    cast(0 as bigint) as disputed_cents,
from {{ ref('int_credits_matched') }}
where not counted
