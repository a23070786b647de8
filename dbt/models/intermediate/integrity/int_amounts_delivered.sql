{{ config(materialized='view_in_place') }}
-- Amounts by key, of every feed that delivers any. Of declarations only keys that were delivered more than once, which
-- are known: looking through all of them would cost more than the rest.
{%- set amounts = {
    'budgets': 'amount_cents',
    'payments': 'amount_cents',
    'tariffs': 'tariff_cents',
    'function_allocations': 'amount_cents',
    'network_costs': 'wage_cost_cents',
} %}
select
    'declarations' as feed,
    d.version_id,
    d.row,
    {{ key_as_text(['d.provider_agb', 'd.declaration_id']) }} as key,
    d.amount_cents,
from {{ ref('stg_declarations') }} as d
semi join {{ ref('int_declarations_superseded') }} as s
    on d.provider_agb = s.provider_agb and d.declaration_id = s.declaration_id
{%- for feed, amount in amounts.items() %}

union all

select
    '{{ feed }}' as feed,
    version_id,
    row,
    {{ key_as_text(feed_contract(feed).key) }} as key,
    {{ amount }} as amount_cents,
from {{ source('raw', feed) }}
{%- endfor %}
