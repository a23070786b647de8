-- Who pays what of a contract's year. One insurer, or nobody of them, has all of it; of a contract with all insurers
-- each pays its own care at the prices agreed, or its own care and a part of the difference by the shares, to the cent.
{%- set group = ['contract_id', 'year'] %}
with own as (
    select
        d.contract_id,
        d.year,
        i.insurer_uzovi,
        i.declared_cents,
        i.priced_cents as due_cents,
        null as missing,
    from {{ ref('int_contract_due') }} as d
    inner join {{ ref('int_contract_insurers') }} as i on d.contract_id = i.contract_id and d.year = i.year
    where d.insurer_uzovi is null and d.care_form = 'fee_for_service'
),

insurers as (
    select
        contract_id,
        year,
        insurer_uzovi,
        weight,
        0 as declared_cents,
    from {{ ref('int_contract_shares') }}
    union all
    select
        i.contract_id,
        i.year,
        i.insurer_uzovi,
        0 as weight,
        i.declared_cents,
    from {{ ref('int_contract_insurers') }} as i
    semi join {{ ref('int_contract_shares') }} as s on i.contract_id = s.contract_id and i.year = s.year
),

weighted as (
    select
        d.contract_id,
        d.year,
        i.insurer_uzovi,
        d.difference_cents,
        d.missing,
        cast(sum(i.weight) as bigint) as weight,
        cast(sum(i.declared_cents) as hugeint) as declared_cents,
    from {{ ref('int_contract_due') }} as d
    inner join insurers as i on d.contract_id = i.contract_id and d.year = i.year
    group by d.contract_id, d.year, i.insurer_uzovi, d.difference_cents, d.missing
),

spread as (
    {{ largest_remainder('weighted', group, 'insurer_uzovi', 'difference_cents', 'weight', 'part_cents') }}
),

divided as (
    select * from own
    union all
    select
        contract_id,
        year,
        insurer_uzovi,
        declared_cents,
        declared_cents + part_cents as due_cents,
        missing,
    from spread
)

select * from divided
union all
select
    d.contract_id,
    d.year,
    d.insurer_uzovi,
    d.declared_cents,
    d.due_cents,
    case
        when d.missing is not null then d.missing
        when d.insurer_uzovi is null and d.care_form not in ('fee_for_service', 'availability') then 'shares_missing'
    end as missing,
from {{ ref('int_contract_due') }} as d
anti join divided as v on d.contract_id = v.contract_id and d.year = v.year
