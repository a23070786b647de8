-- Every line that a rule names is one finding, and every finding is in one row of the summary, to the cent. A side
-- or a night that is missing would drop a finding without a trace, and with it the amount that it disputes.
with found as (
    select
        rule,
        count(*) as findings,
        sum(risk_cents) as risk_cents,
        sum(disputed_cents) as disputed_cents,
    from {{ ref('int_findings_collected') }}
    group by rule
),

published as (
    select
        rule,
        count(*) as findings,
        count(distinct finding_id) as ids,
        sum(amount_at_risk_eur) as risk_eur,
        sum(disputed_eur) as disputed_eur,
    from {{ ref('double_funding_finding') }}
    group by rule
),

summarised as (
    select
        rule,
        sum(findings) as findings,
        sum(amount_at_risk_eur) as risk_eur,
        sum(disputed_eur) as disputed_eur,
    from {{ ref('double_funding_summary') }}
    group by rule
)

select
    rule,
    f.findings,
    p.findings as published,
    p.ids,
    s.findings as summarised,
    f.risk_cents,
    p.risk_eur,
    s.risk_eur as summarised_risk_eur,
    f.disputed_cents,
    p.disputed_eur,
    s.disputed_eur as summarised_disputed_eur,
from found as f
full join published as p using (rule)
full join summarised as s using (rule)
where
    (
        f.findings = p.findings
        and f.findings = p.ids
        and f.findings = s.findings
        and f.risk_cents = p.risk_eur * 100
        and f.risk_cents = s.risk_eur * 100
        -- What is accepted disputes nothing.
        and f.disputed_cents >= p.disputed_eur * 100
        and p.disputed_eur = s.disputed_eur
    ) is not true
