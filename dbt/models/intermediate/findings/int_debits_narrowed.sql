-- Live debits that some rule has to compare: all rules that compare declarations share this one pass. Most care
-- shares nothing with other care, and aggregating hashes finds that out at a fraction of what a window costs.
-- Hashes and bits only narrow: what is equal hashes alike, and the rules compare the values themselves.
with debits as (
    select
        d.*,
        hash(d.patient_key, d.service_on) as day_hash,
        case when d.function <> 'care' then hash(d.patient_key, d.function) end as function_hash,
        case
            when d.sector = 'hap' and d.episode_id is not null then hash(d.provider_agb, d.episode_id)
        end as episode_hash,
    from {{ ref('int_debits_live') }} as d
),

keyed as materialized (
    select
        day_hash,
        function_hash,
        episode_hash,
        cast(1 as ubigint) << (hash(performance_code) % 64) as code_bit,
        hash(sector) as sector_hash,
        sector = 'hap' as is_post,
        sector in ('hospital', 'seh') as is_hospital,
    from debits
),

-- Days with one code twice, with a GP post twice (R10), or with a GP post and a hospital (R18).
days as (
    select
        day_hash,
        bit_count(bit_or(code_bit)) < count(*) as has_code_twice,
        count_if(is_post) > 1 as has_post_twice,
        bool_or(is_post) and bool_or(is_hospital) as has_both,
    from keyed
    group by day_hash
    having has_code_twice or has_post_twice or has_both
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
    coalesce(y.has_code_twice, false) as shares_code,
    coalesce(y.has_both, false) as shares_day,
    f.function_hash is not null as shares_function,
    d.sector = 'hap' and (e.episode_hash is not null or coalesce(y.has_post_twice, false)) as shares_post,
from debits as d
left join days as y on d.day_hash = y.day_hash
left join functions as f on d.function_hash = f.function_hash
left join episodes as e on d.episode_hash = e.episode_hash
where y.day_hash is not null or f.function_hash is not null or e.episode_hash is not null
