-- A year of declarations and what rules compare them with, in place of those of a small warehouse. Variables: rows.
-- Patients come back as in the sample: care questions of about two lines, some 2.5 lines a patient and year.
set variable patients = getvariable('rows') * 4 // 10;

create or replace temp table codes as
select
    row_number() over (order by code.place, part.number) - 1 as slot,
    code.*,
from (values
    (1, 'zco', 'triage', 'ZC001', 12, 1, 'fixed'),
    (2, 'zco', 'patient_access', 'ZC002', 4, 2, 'fixed'),
    (3, 'zco', 'urgency', 'ZC004', 4, 1, 'fixed'),
    (4, 'zco', 'professional_access', 'ZC003', 3, 2, 'fixed'),
    (5, 'zco', 'capacity_insight', 'ZC005', 2, 2, 'fixed'),
    (7, 'hap', 'care', 'HA001', 20, 1, 'fixed'),
    (8, 'hap', 'care', 'HA002', 6, 1, 'fixed'),
    (6, 'hap', 'triage', 'HA003', 9, 1, 'fixed'),
    (9, 'seh', 'care', '190015', 8, 3, 'maximum'),
    (10, 'rav', 'care', 'I001', 7, 2000, 'fixed'),
    (11, 'rav', 'care', 'I010', 4, 2, 'fixed'),
    (12, 'rav', 'care', 'AM004', 2, 2, 'fixed'),
    (13, 'rav', 'urgency', 'AM005', 2, 1, 'fixed'),
    (14, 'pharmacy', 'care', 'PH001', 4, 5, 'minimum'),
    (15, 'gp', 'care', 'GP001', 4, 2, 'maximum'),
    (16, 'district_nursing', 'care', 'DN001', 2, 4, 'maximum'),
    (17, 'elv', 'care', 'EL001', 2, 1, 'maximum'),
    (18, 'acute_ggz', 'triage', 'GG002', 2, 1, 'max_max'),
    (19, 'acute_ggz', 'care', 'GG001', 1, 1, 'max_max'),
    (20, 'hospital', 'care', '190007', 2, 2, 'free')
) as code (place, sector, function, performance_code, weight, max_per_day, tariff_kind)
cross join range(100) as part (number)
where part.number < code.weight;

create or replace table intermediate.int_declarations_current as
with lines as (
    select
        number,
        number // 2 as question,
        hash(number) as chance,
        -- The lines of a question are care of different kinds; in one of twenty-five those of a post and a hospital.
        cast((hash(number // 2, 3) + number % 2 * 45) % 100 as bigint) as slot,
    from range(getvariable('rows')) as made (number)
),

asked as (
    select
        *,
        cast(hash(question) % cast(getvariable('patients') as ubigint) as bigint) as patient,
        cast(hash(question, 7) % 365 as integer) as day,
        cast(hash(question, 9) % 80000 + chance % 5000 as bigint) as second,
    from lines
)

select
    cast(1 as bigint) as version_id,
    lpad(cast(hash(c.sector) % 90000 * 100 + a.chance % 30 as varchar), 8, '1') as provider_agb,
    'D' || a.number as declaration_id,
    'D' as debit_credit,
    cast(null as varchar) as corrects_declaration_id,
    '3311' as insurer_uzovi,
    sha256(cast(a.patient as varchar)) as patient_key,
    c.sector,
    ['noord', 'oost', 'west'][cast(1 + a.chance % 3 as integer)] as region_code,
    c.performance_code,
    c.function,
    c.tariff_kind,
    cast(if(c.performance_code = 'AM004', 0, 10000) as bigint) as tariff_cents,
    cast(c.max_per_day as bigint) as max_per_day,
    true as covers_budget,
    'acute' as macro_category,
    if(a.chance % 60 = 0, 'Wlz', 'Zvw') as legal_framework,
    if(a.chance % 4 < 3, 'E' || a.question, null) as episode_id,
    cast(1 as bigint) as quantity,
    cast(case when c.performance_code = 'AM004' then 0 when a.chance % 200 = 0 then 12000 else 10000 end as bigint)
        as amount_cents,
    timestamptz '2025-01-01 00:00:00+01' + to_seconds(a.day * 86400 + a.second) as service_start,
    date '2025-01-01' + a.day as service_on,
    date '2025-01-01' + a.day + 14 as declared_on,
    date '2025-01-01' + a.day + 20 as delivery_date,
    'made.csv' as delivery_file,
    cast(a.number as integer) as delivery_row,
from asked as a
inner join codes as c on a.slot = c.slot;

-- One debit in fifty is taken back.
create or replace table intermediate.int_credits_matched as
select
    cast(2 as bigint) as version_id,
    delivery_row,
    provider_agb,
    'C' || declaration_id as declaration_id,
    version_id as debit_version_id,
    delivery_row as debit_row,
    declaration_id as debit_id,
    amount_cents,
    true as counted,
from intermediate.int_declarations_current
where delivery_row % 50 = 0;

-- One patient in forty has an indication, half of them with treatment.
create or replace table intermediate.int_indications_current as
select
    sha256(cast(number as varchar)) as patient_key,
    if(number % 80 = 0, 'Wmo', 'Wlz') as framework,
    number % 3 = 0 as with_treatment,
    date '2024-06-01' + cast(number % 400 as integer) as valid_from,
    date '9999-12-31' as valid_until,
    date '2025-01-01' as delivery_date,
from range(0, getvariable('patients'), 40) as made (number);

create or replace table intermediate.int_allocations_current as
select
    'noord' as region_code,
    function,
    provider_agb,
    'zco_budget' as funding_source,
    date '2025-12-15' as valid_from,
    date '9999-12-31' as valid_until,
    cast(null as bigint) as amount_cents,
    cast(null as varchar) as cleared_from,
    cast(null as bigint) as cleared_amount_cents,
    date '2025-01-01' as delivery_date,
from (select distinct function from codes where function <> 'care')
cross join (select min(provider_agb) as provider_agb from intermediate.int_providers_by_period where sector = 'zco');

create or replace table intermediate.int_contract_terms as
select
    'K' || provider_agb as contract_id,
    provider_agb,
    cast(null as varchar) as network_agb,
    cast(null as varchar) as insurer_uzovi,
    'capitation' as form,
    cast(null as varchar) as base_form,
    'capitation' as care_form,
    cast('{}' as json) as care_parameters,
    cast(null as json) as savings_parameters,
    cast(null as json) as performance_parameters,
    'codes' as scope_kind,
    ['EL001', 'DN001'] as scope_codes,
    cast(null as varchar) as scope_function,
    cast([] as varchar[]) as members,
    date '2025-07-01' as valid_from,
    date '9999-12-31' as valid_until,
    date '2025-01-01' as delivery_date,
from (select distinct provider_agb from intermediate.int_declarations_current where sector = 'elv');

create or replace table intermediate.int_contract_providers as
select
    contract_id,
    provider_agb,
from intermediate.int_contract_terms;

create or replace table staging.stg_network_costs as
select
    'I' || provider_agb as invoice_id,
    provider_agb as network_agb,
    provider_agb as member_agb,
    date '2025-03-01' as period_start,
    date '2025-03-31' as period_end,
    cast(10 as decimal(18, 2)) as staff_hours,
    cast(100000 as bigint) as wage_cost_cents,
    true as client_bound,
    cast(1 as bigint) as client_activities,
    date '2025-04-01' as delivery_date,
from intermediate.int_contract_terms;

-- A contact before every third line of a post.
create or replace table intermediate.int_contacts_current as
select
    'K' || declaration_id as contact_id,
    provider_agb,
    episode_id,
    service_start - interval 10 minute as offered_at,
from intermediate.int_declarations_current
where sector = 'hap' and delivery_row % 3 = 0;
