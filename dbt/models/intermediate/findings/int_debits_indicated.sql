-- Live debits beside the indications of their patient that are valid on the day. Patients with an indication are
-- few, so this is one scan of the debits for all rules about laws.
select
    d.provider_agb,
    d.declaration_id,
    d.patient_key,
    d.insurer_uzovi,
    d.sector,
    d.region_code,
    d.function,
    d.performance_code,
    d.legal_framework,
    d.service_start,
    d.service_on,
    d.declared_on,
    d.amount_cents,
    i.framework,
    i.with_treatment,
    i.valid_from as indicated_from,
    i.admitted_on,
    i.died_on,
    concat_ws('/', 'indication', i.framework, i.valid_from) as counter_line,
    i.delivery_date as delivered_on,
from {{ ref('int_debits_live') }} as d
inner join {{ ref('int_indications_current') }} as i
    on d.patient_key = i.patient_key and d.service_on between i.valid_from and i.valid_until
