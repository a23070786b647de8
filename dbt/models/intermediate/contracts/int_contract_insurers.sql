-- What each insurer was declared under a contract's year, and what that care comes to at the prices of the contract; a
-- code without a price is paid as it was declared.
with priced as (
    select
        c.contract_id,
        c.year,
        c.insurer_uzovi,
        c.declared_cents,
        coalesce(
            cast(y.care_parameters ->> ('$.prices."' || c.performance_code || '"') as bigint) * c.quantity,
            c.declared_cents
        ) as priced_cents,
    from {{ ref('int_contract_care') }} as c
    inner join {{ ref('int_contract_years') }} as y on c.contract_id = y.contract_id and c.year = y.year
)

select
    contract_id,
    year,
    insurer_uzovi,
    cast(sum(declared_cents) as hugeint) as declared_cents,
    cast(sum(priced_cents) as hugeint) as priced_cents,
from priced
group by contract_id, year, insurer_uzovi
