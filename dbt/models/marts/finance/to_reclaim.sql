-- What is disputed of what covers the budget: it stays so until it is credited, or an exception is approved. It comes
-- back to who paid: an insurer where the Zvw did, else no insurer.
with disputed as (
    select
        d.provider_agb,
        d.declaration_id,
        cast(year(d.service_month) as bigint) as year,
        d.insurer_uzovi,
        d.sector,
        d.legal_framework,
        x.rule,
        x.finding_id,
        d.disputed_eur,
        x.first_seen_on as since,
    from {{ ref('declaration') }} as d
    inner join {{ ref('int_declarations_disputed') }} as x using (provider_agb, declaration_id)
    where d.counted and d.covers_budget
),

paid as (
    {{ paid_by_law('disputed') }}
)

select
    provider_agb,
    declaration_id,
    year,
    case when payer_kind = 'insurer' then insurer_uzovi end as insurer_uzovi,
    rule,
    finding_id,
    disputed_eur,
    since,
    payer_kind,
from paid
