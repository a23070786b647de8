select
    f.finding_id,
    f.rule,
    f.severity,
    f.status,
    f.provider_agb,
    f.declaration_id,
    f.counter_provider_agb,
    f.counter_declaration_id,
    f.sector,
    f.counter_sector,
    f.region_code,
    f.function,
    {{ eur('f.risk_cents') }} as amount_at_risk_eur,
    {{ eur('f.disputed_cents') }} as disputed_eur,
    n.release_id as first_seen_release,
    cast(null as varchar) as exception_id,
from {{ ref('int_findings') }} as f
inner join {{ ref('stg_release_nights') }} as n on f.first_seen_on = n.delivery_date
