{{ config(materialized='view_in_place') }}
-- Debits that no counted credit takes back: only these take part in the rules.
with counted_credits as (
    select
        debit_version_id,
        debit_row,
    from {{ ref('int_credits_matched') }}
    where counted
)

select d.*
from {{ ref('int_declarations_current') }} as d
anti join counted_credits as c
    on d.version_id = c.debit_version_id and d.delivery_row = c.debit_row
where d.debit_credit = 'D'
