-- R07: GP, pharmacy, maternity, or acute mental care under the Zvw on a day with a Wlz indication with treatment.
select
    'R07' as rule,
    provider_agb,
    declaration_id,
    cast(null as varchar) as counter_provider_agb,
    cast(null as varchar) as counter_declaration_id,
    min(counter_line) as counter_line,
    arg_min(delivered_on, counter_line) as delivered_on,
    amount_cents as risk_cents,
    amount_cents as disputed_cents,
from {{ ref('int_debits_indicated') }}
where
    sector in ('gp', 'pharmacy', 'maternity', 'acute_ggz')
    and legal_framework = 'Zvw'
    and framework = 'Wlz'
    and with_treatment
group by provider_agb, declaration_id, amount_cents
