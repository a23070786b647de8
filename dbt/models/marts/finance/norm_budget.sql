select
    n.provider_agb,
    n.year,
    n.region_code,
    n.inhabitants,
    cast(n.norm_ten_thousandths * 0.000001 as decimal(18, 2)) as amount_per_inhabitant_eur,
    {{ eur('n.norm_cents') }} as norm_eur,
    {{ eur('n.highest_cents') }} as highest_eur,
    {{ eur('n.total_cents - n.substitution_cents') }} as negotiated_eur,
    {{ eur('n.substitution_cents') }} as substitution_eur,
    {{ eur('coalesce(s.agreed_cents, 0)') }} as agreed_substitution_eur,
    {{ eur('coalesce(s.decrease_cents, 0)') }} as decrease_elsewhere_eur,
    {{ eur('n.total_cents') }} as total_eur,
    round(100 * n.total_cents / nullif(n.norm_cents, 0), 4) as norm_pct,
from {{ ref('int_hap_norms') }} as n
left join {{ ref('int_hap_substitutions') }} as s on n.provider_agb = s.provider_agb and n.year = s.year
