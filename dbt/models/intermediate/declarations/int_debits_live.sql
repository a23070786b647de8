{{ config(materialized='view') }}
-- Debits that no counted credit takes back: only these take part in the rules.
select d.*
from {{ ref('int_declarations_current') }} as d
left join {{ ref('int_credits_matched') }} as c
    on
        d.provider_agb = c.provider_agb
        and d.declaration_id = c.debit_id
        and c.counted
where d.debit_credit = 'D' and c.declaration_id is null
