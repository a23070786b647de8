-- Each disputed declaration of what covers the budget, with the finding that disputes the most of it, the lowest rule
-- first: it stays disputed until it is credited, or an exception is approved.
with disputing as (
    select *
    from {{ ref('int_findings') }}
    where severity = 'hard' and status = 'open' and disputed_cents > 0
    qualify row_number() over (
        partition by provider_agb, declaration_id order by disputed_cents desc, rule asc, finding_id asc
    ) = 1
)

select
    d.provider_agb,
    d.declaration_id,
    cast(year(d.service_month) as bigint) as year,
    d.insurer_uzovi,
    f.rule,
    f.finding_id,
    d.disputed_eur,
    f.first_seen_on as since,
from {{ ref('declaration') }} as d
inner join disputing as f on d.provider_agb = f.provider_agb and d.declaration_id = f.declaration_id
where d.counted and d.covers_budget and d.disputed_eur > 0
