-- The published tables of a small release as of 1 March 2026: three regions, two insurers, five KPIs.
create schema finance;
create schema kpi;
create schema integrity;
create schema reference;
create schema audit;

create table audit.release as
select
    '2026-03-01-1f3a9c07' as release_id, date '2026-03-01' as as_of, '0.1.0+abc' as code_version,
    [
        {'name': 'guard.parts_sum', 'outcome': 'passed', 'sentence': 'Parts sum.'},
        {'name': 'budget_signals.margin', 'outcome': 'warned', 'sentence': 'A margin & <more>.'}
    ] as checks;

-- Not in the order of their codes: Limburg comes last although its code sorts first.
create table reference.region as
select * from (values ('noord', 1, 'Noord'), ('zwolle', 2, 'Zwolle'), ('limburg', 10, 'Limburg'))
    as r (region_code, position, name_nl);
create table reference.insurer as
select * from (values ('9001', 'Zorg & Zekerheid Noord'), ('9002', 'Onderlinge Zuid')) as i (insurer_uzovi, name);
create table reference.provider as
select * from (values
    ('00000001', date '2020-01-01', 'Post Oud'), ('00000001', date '2025-01-01', 'Huisartsenpost Noord'),
    ('00000001', date '2027-01-01', 'Post Later'), ('00000002', date '2020-01-01', 'Zorgcoördinatie Zwolle')
) as p (provider_agb, valid_from, name);
create table integrity.double_funding_rule as
select rule, valid_from::date as valid_from, severity, name_nl, sentence_nl
from (values
    ('R01', '2000-01-01', 'hard', 'Dubbele declaratie bij één aanbieder', 'Een prestatie is vaker gedeclareerd dan kan.'),
    ('R04', '2000-01-01', 'hard', 'Oude naam', 'Oude zin.'),
    ('R04', '2026-01-01', 'hard', 'Coördinatiefunctie in twee sectoren', 'Dezelfde functie is in twee sectoren gedeclareerd.'),
    ('R04', '2026-04-01', 'signal', 'Nieuwe naam', 'Nieuwe zin.')
) as r (rule, valid_from, severity, name_nl, sentence_nl);

create table finance.budget as
select
    provider_agb, year, region_code, 'agreed' as edition, amount_eur::decimal(18, 2) as amount_eur
from (values
    ('00000001', 2025, 'noord', 1000000.10), ('00000002', 2025, 'zwolle', 500000.20), ('00000003', 2025, 'limburg', 250000.30),
    ('00000001', 2026, 'noord', 1100000.10), ('00000002', 2026, 'zwolle', 550000.20), ('00000003', 2026, 'limburg', 275000.30)
) as b (provider_agb, year, region_code, amount_eur)
union all
select '00000004', 2026, 'noord', 'requested', 999.00;

create table finance.budget_realisation as
select
    b.provider_agb, b.year, m::date as month, b.region_code,
    (b.amount_eur / 12)::decimal(18, 2) as revenue_eur,
    (case when month(m) = 1 then 10.25 else 0 end)::decimal(18, 2) as disputed_eur,
from finance.budget as b
cross join generate_series(date '2025-01-01', date '2026-02-01', interval 1 month) as s (m)
where year(m) = b.year and b.edition <> 'requested';

create table finance.payer_year as
select
    provider_agb, year, payer_kind, budget_eur::decimal(18, 2) as budget_eur, revenue_eur::decimal(18, 2) as revenue_eur,
    (budget_eur - revenue_eur)::decimal(18, 2) as difference_eur,
from (values
    ('00000001', 2025, 'insurer', 1000000.00, 900000.50), ('00000002', 2025, 'insurer', null, 0.25),
    ('00000001', 2025, 'care_office', 0.00, 40.10), ('00000001', 2024, 'state', 7.00, 7.00)
) as p (provider_agb, year, payer_kind, budget_eur, revenue_eur);

create table finance.region_realisation as
select
    region_code, 2026 as year, budget_eur::decimal(18, 2) as budget_eur, revenue_eur::decimal(18, 2) as revenue_eur,
    expected::decimal(18, 2) as expected_final_eur, low::decimal(18, 2) as expected_low_eur,
    high::decimal(18, 2) as expected_high_eur, outlook,
from (
    values
    ('noord', 1200, 200, 1500, 1300, 1700, 'above'), ('limburg', 1200, 200, 1100, 1000, 1250, 'open'),
    ('zwolle', 1200, 200, null, null, null, null)
) as r (region_code, budget_eur, revenue_eur, expected, low, high, outlook);

create schema decision;
create table decision.spending as
select
    line, year, instrument, planned_eur::decimal(18, 2) as planned_eur, spent_eur::decimal(18, 2) as spent_eur,
    (planned_eur - coalesce(spent_eur, 0))::decimal(18, 2) as open_eur, gap_eur::decimal(18, 2) as planned_above_priced_eur,
from (values
    ('Zorgcoördinatie', 2025, 'premium', 2300000.00, 1740000.25, -100000.00), ('LCPS', 2025, 'under_study', 7000000.00, null, 0)
) as s (line, year, instrument, planned_eur, spent_eur, gap_eur);

create table finance.function_allocation as
select
    'noord' as region_code, function, '00000001' as provider_agb, date '2026-01-01' as valid_from, amount_eur::decimal(18, 2) as amount_eur,
    cleared_from, attribution, before_eur::decimal(18, 2) as budget_before_eur, after_eur::decimal(18, 2) as budget_after_eur,
    cleared_eur::decimal(18, 2) as cleared_eur, (amount_eur - coalesce(cleared_eur, 0))::decimal(18, 2) as net_eur, status,
from (values
    ('triage', 5000.00, '00000002', 'uren', 9000.00, 5000.25, 3000.00, 'cleared'),
    ('urgency', 700.50, '00000002', null, null, null, null, 'attribution_missing'),
    ('supraregional', 1.00, null, 'key', null, null, null, 'nothing_to_clear')
) as f (function, amount_eur, cleared_from, attribution, before_eur, after_eur, cleared_eur, status);

create table finance.settlement as
select '00000001' as provider_agb, 2025 as year, edition, 'settled' as status
from (values ('provisional'), ('definitive')) as e (edition)
union all
select '00000001', 2026, 'provisional', 'settled';

create table finance.insurer_allocation as
select
    '00000001' as provider_agb, 2025 as year, edition, insurer_uzovi,
    1010.11::decimal(18, 2) as declared_eur, 10.10::decimal(18, 2) as disputed_eur, 200.02::decimal(18, 2) as lump_sum_eur,
    part_eur::decimal(18, 2) as part_eur, (1200.03 + part_eur)::decimal(18, 2) as burden_eur,
    50.00::decimal(18, 2) as advance_eur, 1000.00::decimal(18, 2) as claims_paid_eur,
    (-49.99 + part_eur)::decimal(18, 2) as still_to_pay_eur,
from (values ('9001', 12345.67), ('9002', -345.67)) as i (insurer_uzovi, part_eur)
cross join (values ('provisional'), ('definitive')) as e (edition);

create table finance.declaration as select 61.50::decimal(18, 2) as disputed_eur;

create table kpi.definition as
select *, 'numerator in words' as numerator, 'denominator in words' as denominator, 'zorgmart' as source
from (values
    ('answer_regular_2min', 1, 'Calls answered <b>fast</b>', 'Oproepen binnen 2 minuten', '%', 'higher'),
    ('seh_stop_count', 2, 'Emergency department stops', 'SEH-stops', 'count', 'lower'),
    ('occupancy', 3, 'Occupancy', 'Bezetting', '%', 'context'),
    ('lpz_regions', 4, 'Regions with insight', 'Regio''s met zicht', 'ratio', 'higher'),
    ('realisation_pct', 5, 'Realisation', 'Realisatie', '%', 'target'),
    ('patient_satisfaction', 6, 'Satisfaction', 'Tevredenheid', 'mark', 'higher')
) as d (kpi_id, position, name_en, name_nl, measure_unit, direction);

create table kpi.value as
with cells (kpi_id, unit, region_code, base, target) as (
    values
    ('answer_regular_2min', 'all', 'NL', 80.0, 75.0), ('answer_regular_2min', 'all', 'noord', 70.0, 75.0),
    ('answer_regular_2min', 'all', 'zwolle', 90.0, 75.0), ('answer_regular_2min', 'all', 'limburg', 60.0, 75.0),
    ('seh_stop_count', 'seh', 'NL', 1234.0, null), ('seh_stop_count', 'seh', 'noord', 1000.0, null),
    ('occupancy', 'seh', 'NL', 64.0, null), ('occupancy', 'ic', 'NL', 80.0, null),
    ('lpz_regions', 'all', 'NL', 0.8, 1.0), ('realisation_pct', 'all', 'NL', 16.5, 100.0)
),

months as (
    select c.*, m::date as period_start, row_number() over (partition by kpi_id, unit, region_code order by m) as i
    from cells as c
    cross join generate_series(date '2025-01-01', date '2026-03-01', interval 1 month) as s (m)
)

select
    kpi_id, region_code, unit, 'month' as period_type, period_start,
    region_code = 'limburg' as suppressed,
    case when region_code <> 'limburg' then case kpi_id when 'lpz_regions' then 8 else base end end::decimal(28, 6) as numerator,
    case when region_code <> 'limburg' then case kpi_id when 'lpz_regions' then 10 else 100 end end::decimal(28, 6) as denominator,
    case when region_code <> 'limburg' then base + (i % 3) * 0.25 end::double as value,
    case when region_code <> 'limburg' then 100 end as n,
    target::double as target,
    case
        when region_code = 'limburg' then 'suppressed' when target is null then 'no_target'
        when base >= target then 'met' else 'not_met'
    end as status,
    kpi_id = 'occupancy' and unit = 'ic' and i = 14 as partial,
    null::double as maturity,
    false as provisional,
from months;
insert into kpi.value
select 'answer_regular_2min', region, 'all', 'year', date '2025-01-01', false, size * 0.8, size, rate, size, 75.0, 'met', false, null, false
from (values ('noord', 1000, 82.0), ('zwolle', 600, 79.0), ('limburg', 400, 60.0)) as r (region, size, rate);

insert into kpi.value
values ('patient_satisfaction', 'NL', 'all', 'year', date '2025-01-01', false, 0, 0, null, 0, null, 'no_data', false, null, false);

create table kpi.control_chart as
select
    kpi_id, region_code, unit, period_start as month, value, 80.25 as centre, 79.5 as lower_limit, 81.0 as upper_limit,
    case when period_start = date '2026-02-01' and region_code <> 'limburg' then 'outside_limits' end as special_cause,
    case
        when value is null then null when period_start < date '2026-02-01' then 'common'
        when region_code = 'noord' then 'worsening' when region_code = 'zwolle' then 'neutral' else 'improving'
    end as variation,
    case when target is not null then 'hit_and_miss' end as assurance, false as trial, null::date as rebased_from,
    value is not null and not partial as judged,
from kpi.value
where period_type = 'month' and period_start < date '2026-03-01' and kpi_id in ('answer_regular_2min', 'occupancy');

create table kpi.funnel as
select
    'answer_regular_2min' as kpi_id, region_code, 2025 as year, value, n, 80.0 as expected, 77.0 as lower_95,
    83.0 as upper_95, 75.0 as lower_998, 85.0 as upper_998, 1.5 as overdispersion, 73.9 as lower_998_adjusted,
    86.1 as upper_998_adjusted, value < 75 as outside,
from kpi.value
where period_type = 'year' and region_code <> 'NL';

create table integrity.double_funding_summary as
select
    rule, region_code, sector, counter_sector, 2025 as year, findings::bigint as findings, open::bigint as open,
    amount_at_risk_eur::decimal(18, 2) as amount_at_risk_eur, disputed_eur::decimal(18, 2) as disputed_eur,
from (values
    ('R01', 'noord', 'hap', 'hap', 1200, 1100, 43210.98, 43000.10), ('R04', 'noord', 'zco', 'hap', 3, 2, 30.50, 20.25),
    ('R04', 'limburg', 'zco', 'hap', 1, 1, 10.00, 10.00), ('R99', 'zwolle', 'new_sector', 'none', 1, 1, 5.00, 0.00)
) as s (rule, region_code, sector, counter_sector, findings, open, amount_at_risk_eur, disputed_eur);
create table integrity.double_funding_finding as
select
    'F1' as finding_id, 'R04' as rule, 'hard' as severity, 'open' as status, '00000001' as provider_agb,
    'D1' as declaration_id, '00000002' as counter_provider_agb, 'D2' as counter_declaration_id,
    null::varchar as budget_line, null::varchar as counter_line, 30.50::decimal(18, 2) as amount_at_risk_eur,
    20.25::decimal(18, 2) as disputed_eur, null::varchar as exception_id,
    '2026-03-01-1f3a9c07' as first_seen_release, 'canary-patient' as patient_key;

create table integrity.delivery as
select
    feed, delivery_date, file, status, reason, rows::bigint as rows, accepted::bigint as accepted,
    quarantined::bigint as quarantined,
from (values
    ('declarations', date '2026-03-01', 'd.csv', 'accepted', null, 12345, 12340, 5),
    ('declarations', date '2026-02-28', '<script>alert(1)</script>.csv', 'rejected', 'the file is empty', 0, 0, 0),
    ('population', date '2026-01-01', 'p.csv', 'accepted', null, 10, 10, 0)
) as d (feed, delivery_date, file, status, reason, rows, accepted, quarantined);
create table integrity.quarantine as
select 'declarations' as feed, 'd.csv' as file, i as row, ['invalid_quantity', 'unknown_provider'][: 1 + i % 2] as rules,
    'canary-row' as row_text
from range(5) as r (i);

alter table kpi.value add column target_low double;
alter table kpi.value add column target_high double;
update kpi.value set status = 'not_judged', target_low = 95, target_high = 105
where kpi_id = 'realisation_pct' and period_type <> 'year';
