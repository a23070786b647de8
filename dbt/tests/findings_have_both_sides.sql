{{ config(meta={'dagster': {'ref': {'name': 'double_funding_finding'}}}) }}
with hard as (
    select
        f.*,
        r.counter,
    from {{ ref('double_funding_finding') }} as f
    left join {{ ref('double_funding_rule') }} as r on f.rule = r.rule
    where f.severity = 'hard'
),

named as (
    select
        provider_agb,
        declaration_id,
    from hard
    union
    select
        counter_provider_agb as provider_agb,
        counter_declaration_id as declaration_id,
    from hard
),

-- Of the millions of lines those that a finding names.
lines as (
    select
        d.provider_agb,
        d.declaration_id,
        d.patient_key,
    from {{ ref('declaration') }} as d
    semi join named using (provider_agb, declaration_id)
),

allocations as (
    select distinct {{ allocation_line('a') }} as line
    from {{ ref('int_allocations_current') }} as a
),

indications as (
    select distinct
        patient_key,
        concat_ws('/', 'indication', framework, valid_from) as line,
    from {{ ref('int_indications_current') }}
)

select
    h.finding_id,
    h.rule,
    h.provider_agb,
    h.declaration_id,
    h.counter_provider_agb,
    h.counter_declaration_id,
    h.counter_line,
from hard as h
left join lines as s on h.provider_agb = s.provider_agb and h.declaration_id = s.declaration_id
left join lines as c
    on h.counter_provider_agb = c.provider_agb and h.counter_declaration_id = c.declaration_id
left join allocations as a on h.counter_line = a.line
left join indications as i on h.counter_line = i.line and s.patient_key = i.patient_key
where
    s.declaration_id is null
    or (h.counter_declaration_id is not null and c.declaration_id is null)
    or case h.counter
        when 'declaration' then c.declaration_id is null
        when 'allocation' then a.line is null
        when 'indication' then i.line is null
        when 'none' then false
        else true
    end
