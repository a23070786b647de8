-- What stands for the insurers of a contract's year is what was declared under it and what is due for it as a whole, to
-- the cent: nothing is lost where a difference is spread, and no year of a contract goes without a row.
with rows as (
    select
        contract_id,
        year,
        count(*) as rows,
        sum(declared_eur) as declared_eur,
        sum(due_eur) as due_eur,
    from {{ ref('contract_settlement') }}
    group by contract_id, year
)

select
    d.contract_id,
    d.year,
    d.declared_cents,
    d.due_cents,
    r.declared_eur,
    r.due_eur,
from {{ ref('int_contract_due') }} as d
full outer join rows as r on d.contract_id = r.contract_id and d.year = r.year
where
    r.rows is null
    or d.contract_id is null
    or {{ eur_of_any('d.declared_cents') }} is distinct from r.declared_eur
    or {{ eur_of_any('d.due_cents') }} is distinct from r.due_eur
