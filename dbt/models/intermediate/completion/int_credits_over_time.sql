-- Which credit counted at the end of which months: the first that fits, of the versions of credit and debit that were
-- known then. Of all debits only those that a credit names.
with accepted as (
    select
        version_id,
        row,
        provider_agb,
        declaration_id,
        debit_credit,
        corrects_declaration_id,
        insurer_uzovi,
        patient_key,
        performance_code,
        sector,
        region_code,
        covers_budget,
        quantity,
        amount_cents,
        service_on,
        declared_on,
        delivery_date,
    from {{ ref('int_declarations_validated') }}
    where not (unknown_provider or unknown_insurer or unknown_performance_code)
),

credits as (
    select *
    from accepted
    where debit_credit = 'C'
),

named as (
    select *
    from credits
    union all
    select d.*
    from accepted as d
    semi join credits as c
        on d.provider_agb = c.provider_agb and d.declaration_id = c.corrects_declaration_id
    where d.debit_credit = 'D'
),

versions as (
    select
        n.*,
        {{ month_of('n.delivery_date') }} as known_from,
        coalesce({{ month_of('s.superseded_on') }}, date '9999-12-01') as known_until,
    from named as n
    left join {{ ref('int_declarations_superseded') }} as s on n.version_id = s.version_id and n.row = s.row
    anti join {{ ref('int_declarations_out_of_range') }} as b
        on n.provider_agb = b.provider_agb and year(n.service_on) = b.year
),

pairs as (
    select
        d.*,
        c.declaration_id as credit_id,
        c.declared_on as credited_on,
        greatest(c.known_from, d.known_from) as paired_from,
        least(c.known_until, d.known_until) as paired_until,
    from versions as c
    inner join versions as d
        on
            c.provider_agb = d.provider_agb
            and c.corrects_declaration_id = d.declaration_id
            and c.insurer_uzovi = d.insurer_uzovi
            and c.patient_key = d.patient_key
            and c.performance_code = d.performance_code
            and c.quantity = d.quantity
            and c.amount_cents = d.amount_cents
    where
        c.debit_credit = 'C'
        and d.debit_credit = 'D'
        and c.known_from < d.known_until
        and d.known_from < c.known_until
),

changes as (
    select
        provider_agb,
        declaration_id,
        paired_from as month,
    from pairs
    union
    select
        provider_agb,
        declaration_id,
        paired_until as month,
    from pairs
),

stretches as (
    select
        provider_agb,
        declaration_id,
        month as counted_from,
        lead(month) over (partition by provider_agb, declaration_id order by month) as counted_until,
    from changes
)

select
    s.counted_from,
    s.counted_until,
    p.provider_agb,
    p.declaration_id,
    p.credit_id,
    p.debit_credit,
    p.performance_code,
    p.sector,
    p.region_code,
    p.covers_budget,
    p.amount_cents,
    p.service_on,
from stretches as s
inner join pairs as p
    on
        s.provider_agb = p.provider_agb
        and s.declaration_id = p.declaration_id
        and s.counted_from >= p.paired_from
        and s.counted_from < p.paired_until
qualify row_number() over (
    partition by s.provider_agb, s.declaration_id, s.counted_from
    order by p.credited_on, p.credit_id, p.version_id, p.row
) = 1
