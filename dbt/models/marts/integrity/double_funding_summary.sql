-- The amount that a rule disputes of a declaration; a declaration that two rules name counts in both.
select
    f.rule,
    f.region_code,
    f.sector,
    coalesce(f.counter_sector, 'none') as counter_sector,
    f.year,
    count(*) as findings,
    count(*) filter (where f.status = 'open') as open,
    {{ eur_of_any('sum(f.risk_cents)') }} as amount_at_risk_eur,
    {{ eur_of_any("coalesce(sum(f.disputed_cents) filter (where f.status = 'open'), 0)") }} as disputed_eur,
    any_value(w.rule) is not null as withheld,
from {{ ref('int_findings') }} as f
left join {{ ref('int_findings_withheld') }} as w
    on
        f.rule = w.rule
        and f.region_code = w.region_code
        and f.sector = w.sector
        and coalesce(f.counter_sector, 'none') = w.counter_sector
        and f.year = w.year
group by f.rule, f.region_code, f.sector, coalesce(f.counter_sector, 'none'), f.year
