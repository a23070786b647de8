-- Patients behind what a provider declared and what of it is disputed; a hash of 64 bits counts them in half the time.
select
    d.provider_agb,
    {{ month_of('d.service_on') }} as month,
    count(distinct hash(d.patient_key)) as patients,
    count(distinct hash(d.patient_key)) filter (where x.disputed_cents > 0) as disputed_patients,
from {{ ref('int_debits_live') }} as d
left join {{ ref('int_declarations_disputed') }} as x on d.version_id = x.version_id and d.delivery_row = x.delivery_row
where d.covers_budget
group by d.provider_agb, {{ month_of('d.service_on') }}
