-- The amount that a rule disputes of a declaration; a declaration that two rules name counts in both.
select
    rule,
    region_code,
    sector,
    coalesce(counter_sector, 'none') as counter_sector,
    year,
    count(*) as findings,
    count(*) filter (where status = 'open') as open,
    {{ eur_of_any('sum(risk_cents)') }} as amount_at_risk_eur,
    {{ eur_of_any("coalesce(sum(disputed_cents) filter (where status = 'open'), 0)") }} as disputed_eur,
from {{ ref('int_findings') }}
group by rule, region_code, sector, coalesce(counter_sector, 'none'), year
