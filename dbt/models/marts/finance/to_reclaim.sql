-- What is disputed of what covers the budget: it stays so until it is credited, or an exception is approved.
select
    d.provider_agb,
    d.declaration_id,
    cast(year(d.service_month) as bigint) as year,
    d.insurer_uzovi,
    x.rule,
    x.finding_id,
    d.disputed_eur,
    x.first_seen_on as since,
from {{ ref('declaration') }} as d
inner join {{ ref('int_declarations_disputed') }} as x using (provider_agb, declaration_id)
where d.counted and d.covers_budget
