-- R18: hospital and GP post on one day for one patient; a signal and only that, for a referral is good care.
with posts as (
    select
        patient_key,
        service_on,
        min(row(service_start, declared_on, provider_agb, declaration_id, amount_cents)) as first_of,
    from {{ ref('int_debits_live') }}
    where sector = 'hap'
    group by patient_key, service_on
),

hospitals as (
    select
        d.patient_key,
        d.service_on,
        min(row(d.service_start, d.declared_on, d.provider_agb, d.declaration_id, d.amount_cents)) as first_of,
    from {{ ref('int_debits_live') }} as d
    semi join posts as p on d.patient_key = p.patient_key and d.service_on = p.service_on
    where d.sector in ('hospital', 'seh')
    group by d.patient_key, d.service_on
),

paired as (
    select
        greatest(p.first_of, h.first_of) as later,
        least(p.first_of, h.first_of) as earlier,
    from hospitals as h
    inner join posts as p on h.patient_key = p.patient_key and h.service_on = p.service_on
)

select
    'R18' as rule,
    struct_extract(later, 3) as provider_agb,
    struct_extract(later, 4) as declaration_id,
    struct_extract(earlier, 3) as counter_provider_agb,
    struct_extract(earlier, 4) as counter_declaration_id,
    struct_extract(later, 5) as risk_cents,
    cast(0 as bigint) as disputed_cents,
from paired
