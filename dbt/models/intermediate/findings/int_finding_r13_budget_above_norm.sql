-- R13: the total budget of a GP out-of-hours service above 110 % of its norm, as far as the part above is no
-- substitution that is agreed on and falls away elsewhere.
select
    'R13' as rule,
    n.provider_agb,
    n.budget_line,
    'hap' as sector,
    n.region_code,
    cast(null as varchar) as function,
    n.year,
    n.first_on,
    n.last_on,
    n.delivered_on,
    n.total_cents - n.highest_cents - coalesce(s.backed_cents, 0) as risk_cents,
    cast(0 as bigint) as disputed_cents,
from {{ ref('int_hap_norms') }} as n
left join {{ ref('int_hap_substitutions') }} as s on n.provider_agb = s.provider_agb and n.year = s.year
where n.total_cents - n.highest_cents > coalesce(s.backed_cents, 0)
