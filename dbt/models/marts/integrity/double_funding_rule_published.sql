{{ config(alias='double_funding_rule') }}
-- What rules take from reference files, each value from a day on: numbers, names and performance codes.
with taken as (
    select
        rule,
        parameter,
        cast(null as varchar) as item,
        rtrim(rtrim(cast(value as varchar), '0'), '.') as value,
        valid_from,
    from {{ ref('double_funding_parameter') }}
    union all
    select
        'R14' as rule,
        'contribution' as parameter,
        name as item,
        name as value,
        valid_from,
    from {{ ref('double_funding_contribution') }}
    union all
    select
        rule,
        'exempt' as parameter,
        performance_code as item,
        performance_code as value,
        valid_from,
    from {{ ref('double_funding_exempt_code') }}
    union all
    select
        r.rule,
        c.role as parameter,
        c.performance_code as item,
        c.performance_code as value,
        r.valid_from,
    from {{ ref('double_funding_rule') }} as r
    inner join {{ ref('performance_code_role') }} as c
        on
            (r.rule = 'R09' and c.role in ('ride_without_transport', 'ride', 'kilometre'))
            or (r.rule = 'R10' and c.role in ('triage_consult', 'consult', 'visit'))
),

periods as (
    select
        rule,
        valid_from,
    from taken
    union
    select
        rule,
        valid_from,
    from {{ ref('double_funding_rule') }}
),

held as (
    select
        p.rule,
        p.valid_from,
        t.parameter,
        t.item,
        max_by(t.value, t.valid_from) as value,
    from periods as p
    inner join taken as t on p.rule = t.rule and p.valid_from >= t.valid_from
    group by p.rule, p.valid_from, t.parameter, t.item
),

named as (
    select
        rule,
        valid_from,
        parameter || ' = ' || string_agg(value, ', ' order by value) as setting,
    from held
    group by rule, valid_from, parameter
),

in_words as (
    select
        rule,
        valid_from,
        string_agg(setting, '; ' order by setting) as parameters,
    from named
    group by rule, valid_from
)

select
    p.rule,
    p.valid_from,
    r.severity,
    w.parameters,
    r.name_nl,
    r.name_en,
    r.sentence_nl,
    r.sentence_en,
    r.source,
from periods as p
inner join {{ ref('double_funding_rule') }} as r on p.rule = r.rule
left join in_words as w on p.rule = w.rule and p.valid_from = w.valid_from
