{{ config(materialized='changed_rows', meta={'replaces': {'by': 'patient'}}) }}
-- Live debits that some rule has to compare: all rules that compare declarations share this one pass. Most care
-- shares nothing with other care, and aggregating hashes finds that out at a fraction of what a window costs.
-- Hashes and bits only narrow, to a patient's days: what is equal hashes alike, and the rules compare the values.
-- All that is compared is of one patient, so what changed of one patient changes no other.
{%- set is_few = builds_changes({'by': 'patient'}) %}
with debits as {{ '' if is_few else 'not ' }}materialized (
    select
        provider_agb,
        declaration_id,
        patient_key,
        sector,
        region_code,
        performance_code,
        function,
        episode_id,
        service_start,
        service_on,
        declared_on,
        amount_cents,
        max_per_day,
    from {{ ref('int_debits_live') }}
    {{- of_changed_patients('patient_key') }}
),

keyed as materialized (
    select
        hash(patient_key, service_on) as day_hash,
        case when function <> 'care' then hash(patient_key, function) end as function_hash,
        case
            when sector = 'hap' and episode_id is not null then hash(patient_key, provider_agb, episode_id)
        end as episode_hash,
        cast(1 as ubigint) << (hash(performance_code) % 64) as code_bit,
        hash(sector) as sector_hash,
        sector = 'hap' as is_post,
        sector in ('hospital', 'seh') as is_hospital,
    from debits
),

functions as (
    select function_hash
    from keyed
    where function_hash is not null
    group by function_hash
    having min(sector_hash) <> max(sector_hash)
),

episodes as (
    select episode_hash
    from keyed
    where episode_hash is not null
    group by episode_hash
    having count(*) > 1
),

days as (
    select
        k.day_hash,
        bit_count(bit_or(k.code_bit)) < count(*) as shares_code,
        bool_or(k.is_post) and bool_or(k.is_hospital) as shares_day,
        count(f.function_hash) > 0 as shares_function,
        count_if(k.is_post) > 1 or count(e.episode_hash) > 0 as shares_post,
    from keyed as k
    left join functions as f on k.function_hash = f.function_hash
    left join episodes as e on k.episode_hash = e.episode_hash
    group by k.day_hash
    having shares_code or shares_day or shares_function or shares_post
)

select
    d.provider_agb,
    d.declaration_id,
    d.patient_key,
    d.sector,
    d.region_code,
    d.performance_code,
    d.function,
    d.episode_id,
    d.service_start,
    d.service_on,
    d.declared_on,
    d.amount_cents,
    d.max_per_day,
    y.shares_code,
    y.shares_day,
    y.shares_function,
    y.shares_post,
from debits as d
inner join days as y on hash(d.patient_key, d.service_on) = y.day_hash
