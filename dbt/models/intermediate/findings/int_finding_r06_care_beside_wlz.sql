-- R06: district nursing or elv on a day with any valid Wlz indication, outside a transition arrangement; what the Wlz
-- itself pays is not double.
select
    'R06' as rule,
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
where
    d.sector in ('district_nursing', 'elv')
    and d.framework = 'Wlz'
    and d.legal_framework <> 'Wlz'
group by d.provider_agb, d.declaration_id, d.amount_cents
