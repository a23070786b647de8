-- What is due for a contract's year as a whole, by its form: the prices, an amount of the year, the lower or the higher
-- of an amount and what was declared, or the budget of the Zvw that is agreed at least.
with declared as (
    select
        contract_id,
        year,
        cast(sum(declared_cents) as hugeint) as declared_cents,
        cast(sum(priced_cents) as hugeint) as priced_cents,
    from {{ ref('int_contract_insurers') }}
    group by contract_id, year
),

years as (
    select
        y.*,
        coalesce(d.declared_cents, 0) as declared_cents,
        coalesce(d.priced_cents, 0) as priced_cents,
        cast(y.care_parameters ->> case y.care_form
            when 'contract_sum' then '$.sums.' || y.year
            when 'revenue_ceiling' then '$.ceilings.' || y.year
            when 'revenue_guarantee' then '$.guarantees.' || y.year
            when 'availability' then '$.amounts.' || y.year
        end as bigint) as amount_cents,
        case when b.settles then b.budget_cents end as budget_cents,
    from {{ ref('int_contract_years') }} as y
    left join declared as d on y.contract_id = d.contract_id and y.year = d.year
    left join {{ ref('int_payer_years') }} as b
        on y.party_agb = b.provider_agb and y.year = b.year and b.payer_kind = 'insurer'
),

due as (
    select
        *,
        case care_form
            when 'fee_for_service' then priced_cents
            when 'budget' then budget_cents
            when 'revenue_ceiling' then if(amount_cents is null, null, least(amount_cents, declared_cents))
            when 'revenue_guarantee' then if(amount_cents is null, null, greatest(amount_cents, declared_cents))
            else amount_cents
        end as due_cents,
    from years
)

select
    contract_id,
    year,
    party_agb,
    insurer_uzovi,
    form,
    base_form,
    care_form,
    is_over,
    declared_cents,
    due_cents,
    due_cents - declared_cents as difference_cents,
    case
        when due_cents is null and care_form = 'budget' then 'no_budget'
        when due_cents is null then 'amount_missing'
    end as missing,
from due
