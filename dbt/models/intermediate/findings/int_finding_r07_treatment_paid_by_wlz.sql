-- R07: GP, pharmacy, maternity, or acute mental care under the Zvw on a day with a Wlz indication with treatment,
-- outside a transition arrangement and none of the codes that the Zvw goes on paying beside it.
select
    'R07' as rule,
    d.provider_agb,
    d.declaration_id,
    cast(null as varchar) as counter_provider_agb,
    cast(null as varchar) as counter_declaration_id,
    min(d.counter_line) as counter_line,
    arg_min(d.delivered_on, d.counter_line) as delivered_on,
    d.amount_cents as risk_cents,
    d.amount_cents as disputed_cents,
from {{ ref('int_debits_indicated') }} as d
anti join {{ ref('int_debits_in_transition') }} as t
    on d.provider_agb = t.provider_agb and d.declaration_id = t.declaration_id and d.framework = t.framework
anti join {{ ref('double_funding_exempt_code') }} as x
    on x.rule = 'R07' and d.performance_code = x.performance_code and d.service_on >= x.valid_from
where
    d.sector in ('gp', 'pharmacy', 'maternity', 'acute_ggz')
    and d.legal_framework = 'Zvw'
    and d.framework = 'Wlz'
    and d.with_treatment
group by d.provider_agb, d.declaration_id, d.amount_cents
