-- R18: hospital and GP post on one day for one patient; a signal and only that, for a referral is good care.
with days as (
    select
        patient_key,
        service_on,
        min(row(service_start, declared_on, provider_agb, declaration_id, amount_cents)) filter (
            where sector = 'hap'
        ) as first_of_post,
        min(row(service_start, declared_on, provider_agb, declaration_id, amount_cents)) filter (
            where sector in ('hospital', 'seh')
        ) as first_of_hospital,
    from {{ ref('int_debit_candidates') }}
    where shares_day
    group by patient_key, service_on
),

paired as (
    select
        greatest(first_of_post, first_of_hospital) as later,
        least(first_of_post, first_of_hospital) as earlier,
    from days
    where first_of_post is not null and first_of_hospital is not null
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
