with settled as (
    select
        d.contract_id,
        d.year,
        p.insurer_uzovi,
        d.form,
        d.base_form,
        p.declared_cents,
        p.due_cents,
        p.due_cents - p.declared_cents as difference_cents,
        f.risk_bearer,
        f.name_nl,
        d.insurer_uzovi is null and d.care_form not in ('fee_for_service', 'availability') as is_spread,
        coalesce(p.missing, if(d.is_over, 'settled', 'running')) as status,
        d.is_over,
    from {{ ref('int_contract_parts') }} as p
    inner join {{ ref('int_contract_due') }} as d on p.contract_id = d.contract_id and p.year = d.year
    inner join {{ ref('payment_form') }} as f on d.form = f.form
),

cumulated as (
    select
        *,
        -- A year without an amount leaves the total after it unknown.
        if(
            count(*) over so_far = count(difference_cents) over so_far, sum(difference_cents) over so_far, null
        ) as cumulative_cents,
    from settled
    window so_far as (partition by contract_id, insurer_uzovi order by year)
)

select
    contract_id,
    year,
    insurer_uzovi,
    form,
    base_form,
    {{ eur_of_any('declared_cents') }} as declared_eur,
    {{ eur_of_any('due_cents') }} as due_eur,
    {{ eur_of_any('difference_cents') }} as difference_eur,
    {{ eur_of_any('cumulative_cents') }} as cumulative_difference_eur,
    is_spread,
    risk_bearer,
    status,
    {{ contract_explanation() }} as explanation,
from cumulated
