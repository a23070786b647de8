-- A warehouse of a handful of rows that every suite accepts: one region, three providers, two insurers, 2025.
-- 10000001 (zco) is settled with double funding in it, 20000002 (hap) once settled and once without shares,
-- 30000003 (rav) declares without a budget.
create schema finance;
create schema capacity;
create schema kpi;
create schema integrity;
create schema audit;
create schema reference;

create table finance.declaration (
    provider_agb varchar, declaration_id varchar, debit_credit varchar, corrects_declaration_id varchar,
    insurer_uzovi varchar, patient_key varchar, sector varchar, region_code varchar, performance_code varchar,
    function varchar, service_start timestamp with time zone, service_month date, declared_on date, quantity bigint,
    amount_eur decimal(18, 2), counted boolean, disputed_eur decimal(18, 2), covers_budget boolean,
    macro_category varchar, legal_framework varchar, episode_id varchar, delivery_file varchar, delivery_row bigint
);
insert into finance.declaration
select
    provider_agb, declaration_id, debit_credit, corrects, '3311', sha256('patient ' || declaration_id), 'zco', 'Noord',
    'Z001', 'triage', service_start, date_trunc('month', service_start at time zone 'Europe/Amsterdam'), '2025-03-01', 1,
    amount_eur, counted, disputed_eur, true, 'acute', 'Zvw', null, 'declarations.csv', row_number() over ()
from (values
    ('10000001', 'D0', 'D', null, timestamptz '2025-02-10 12:00:00+01', 20000.00, true, 0.00),
    ('10000001', 'D1', 'D', null, timestamptz '2025-01-10 12:00:00+01', 100.00, true, 0.00),
    ('10000001', 'D2', 'D', null, timestamptz '2025-01-10 12:05:00+01', 100.00, true, 100.00), -- R01, beside D1
    ('10000001', 'D3', 'D', null, timestamptz '2025-01-11 12:00:00+01', 60.00, true, 10.00), -- R11, 10.00 too much
    ('10000001', 'D4', 'D', null, timestamptz '2025-01-12 12:00:00+01', 40.00, true, 0.00),
    ('10000001', 'C4', 'C', 'D4', timestamptz '2025-01-12 12:00:00+01', -40.00, true, 0.00),
    ('10000001', 'C9', 'C', 'D9', timestamptz '2025-01-13 12:00:00+01', -25.00, false, 0.00), -- R03, D9 is absent
    ('20000002', 'D5', 'D', null, timestamptz '2025-01-14 12:00:00+01', 80.00, true, 0.00),
    ('30000003', 'D6', 'D', null, timestamptz '2025-01-15 12:00:00+01', 10.00, true, 0.00)
) as line (provider_agb, declaration_id, debit_credit, corrects, service_start, amount_eur, counted, disputed_eur);

create table finance.budget (
    provider_agb varchar, year bigint, component varchar, parameter varchar, region_code varchar, sector varchar,
    edition varchar, quantity decimal(18, 4), unit_price_eur decimal(18, 2), percentage decimal(18, 4),
    amount_eur decimal(18, 2), function varchar, representing_uzovi_1 varchar, representing_uzovi_2 varchar,
    legal_framework varchar, payer_kind varchar
);
insert into finance.budget
select
    provider_agb, 2025, component, 'fte', 'Noord', sector, edition, amount_eur / 100, 100.00, percentage, amount_eur,
    null, '3311', null, 'Zvw', 'insurer'
from (values
    ('10000001', 'zco', 'agreed', 'capacity', null, 15000.00),
    ('10000001', 'zco', 'agreed', 'population', 100, 10000.00),
    ('10000001', 'zco', 'agreed', 'substitution', null, 1000.00),
    ('10000001', 'zco', 'agreed', 'free_margin', null, 500.00),
    ('20000002', 'hap', 'final', 'population', 120, 5000.00), -- with a substitution
    ('20000002', 'hap', 'final', 'substitution', null, -1000.00),
    ('30000003', 'rav', 'requested', 'capacity', null, 700.00)
) as line (provider_agb, sector, edition, component, percentage, amount_eur);

create table finance.norm_budget as
select
    '20000002' as provider_agb, 2025::bigint as year, 'Noord' as region_code, 50::bigint as inhabitants,
    100.00::decimal(18, 2) as amount_per_inhabitant_eur, 5000.00::decimal(18, 2) as norm_eur,
    5500.00::decimal(18, 2) as highest_eur, 5000.00::decimal(18, 2) as negotiated_eur,
    -1000.00::decimal(18, 2) as substitution_eur, 0.00::decimal(18, 2) as agreed_substitution_eur,
    0.00::decimal(18, 2) as decrease_elsewhere_eur, 4000.00::decimal(18, 2) as total_eur, 80.0::double as norm_pct;

create table finance.budget_realisation (
    provider_agb varchar, year bigint, month date, region_code varchar, sector varchar, budget_year_eur decimal(18, 2),
    declared_eur decimal(18, 2), disputed_eur decimal(18, 2), lump_sum_eur decimal(18, 2), revenue_eur decimal(18, 2),
    cumulative_revenue_eur decimal(18, 2), realisation_pct double, expected_final_eur decimal(18, 2),
    expected_low_eur decimal(18, 2), expected_high_eur decimal(18, 2), history_months bigint
);
insert into finance.budget_realisation
select
    provider_agb, 2025, month, 'Noord', sector, budget_eur, declared_eur, disputed_eur, lump_sum_eur, revenue_eur,
    cumulative_eur, cumulative_eur / budget_eur * 100, null, null, null, null
from (values
    ('10000001', 'zco', date '2025-01-01', 26500.00, 260.00, 110.00, 50.00, 200.00, 200.00),
    ('10000001', 'zco', date '2025-02-01', 26500.00, 20000.00, 0.00, 0.00, 20000.00, 20200.00),
    ('20000002', 'hap', date '2025-01-01', 4000.00, 80.00, 0.00, 0.00, 80.00, 80.00),
    ('30000003', 'rav', date '2025-01-01', null, 10.00, 0.00, 0.00, 10.00, 10.00)
) as line (
    provider_agb, sector, month, budget_eur, declared_eur, disputed_eur, lump_sum_eur, revenue_eur, cumulative_eur
);

create table finance.payer_year as
select
    provider_agb, year, 'insurer' as payer_kind, any_value(budget_year_eur) as budget_eur,
    cast(sum(revenue_eur) as decimal(18, 2)) as revenue_eur,
    cast(any_value(budget_year_eur) - sum(revenue_eur) as decimal(18, 2)) as difference_eur,
from finance.budget_realisation
group by all;

create table finance.settlement (
    provider_agb varchar, year bigint, edition varchar, budget_eur decimal(18, 2), revenue_eur decimal(18, 2),
    revenue_difference_eur decimal(18, 2), instrument varchar, status varchar, shares_year bigint, basis varchar,
    cost_eur decimal(18, 2), budget_edition varchar
);
insert into finance.settlement values
('10000001', 2025, 'provisional', 26500.00, 20200.00, 6300.00, 'closing_tariff', 'settled', 2024, 'revenue', null, 'agreed'),
('20000002', 2025, 'provisional', 4000.00, 80.00, 3920.00, 'closing_tariff', 'settled', 2024, 'cost', 4000.00, 'final'),
('20000002', 2025, 'definitive', 4000.00, 80.00, 3920.00, 'closing_tariff', 'shares_missing', null, 'revenue', null, 'final'),
('30000003', 2025, 'provisional', null, 10.00, null, null, 'no_budget', null, 'revenue', null, null);

create table finance.insurer_allocation (
    provider_agb varchar, year bigint, edition varchar, insurer_uzovi varchar, market_share double,
    declared_eur decimal(18, 2), disputed_eur decimal(18, 2), lump_sum_eur decimal(18, 2), part_eur decimal(18, 2),
    burden_eur decimal(18, 2), advance_eur decimal(18, 2), claims_paid_eur decimal(18, 2), claims_assumed_paid boolean,
    still_to_pay_eur decimal(18, 2), declared_share double,
    part_by_declared_share_eur decimal(18, 2), part_by_population_share_eur decimal(18, 2)
);
insert into finance.insurer_allocation
select
    provider_agb, 2025, 'provisional', insurer_uzovi, market_share, declared_eur, disputed_eur, lump_sum_eur, part_eur,
    declared_eur - disputed_eur + lump_sum_eur + part_eur, 0, declared_eur, true, part_eur - disputed_eur, null, null, null
from (values
    ('10000001', '3311', 0.6, 20260.00, 110.00, 50.00, 3780.00),
    ('10000001', '7095', 0.4, 0.00, 0.00, 0.00, 2520.00),
    ('20000002', '3311', 0.6, 80.00, 0.00, 0.00, 2352.00),
    ('20000002', '7095', 0.4, 0.00, 0.00, 0.00, 1568.00)
) as line (provider_agb, insurer_uzovi, market_share, declared_eur, disputed_eur, lump_sum_eur, part_eur);

create table finance.insurer_macro_category as
select provider_agb, year, edition, insurer_uzovi, category as macro_category,
    cast(case category when 'acute' then burden_eur - 1 else 1 end as decimal(18, 2)) as burden_eur,
from finance.insurer_allocation cross join (values ('acute'), ('unassigned')) as of_all (category);

create table capacity.hourly (
    provider_agb varchar, location_code varchar, unit varchar, hour timestamp with time zone, occupied_avg double,
    total_avg double, occupancy double, worst_status varchar, snapshots bigint
);
insert into capacity.hourly values
('40000004', 'A', 'seh', '2025-01-10 12:00:00+01', 12, 10, 1.2, 'stop', 12),
('40000004', 'A', 'seh', '2025-01-10 13:00:00+01', 9, 10, 0.9, 'open', 11),
('40000004', 'A', 'hap', '2025-01-10 13:00:00+01', null, 10, null, 'open', 1);

create table capacity.stop (
    provider_agb varchar, location_code varchar, unit varchar, started_at timestamp with time zone,
    ended_at timestamp with time zone, minutes double
);
insert into capacity.stop values
('40000004', 'A', 'seh', '2025-01-10 12:10:00+01', '2025-01-10 12:40:00+01', 30),
('40000004', 'A', 'seh', '2025-01-10 12:40:00+01', '2025-01-10 12:45:00+01', 5),
('40000004', 'A', 'ic', '2025-01-10 12:00:00+01', '2025-01-10 13:00:00+01', 60);

create table kpi.definition (
    kpi_id varchar, name_en varchar, name_nl varchar, numerator varchar, denominator varchar, measure_unit varchar,
    direction varchar, level varchar, minimum_n bigint, source varchar
);
insert into kpi.definition values
('occupancy', 'Occupancy', 'Bezetting', 'occupied', 'places', '%', 'lower', 'regional', 10, 'zorgmart'),
('self_care', 'Self care', 'Zelfzorg', 'self-care advice', 'triaged', '%', 'context', 'regional', 10, 'zorgmart'),
('seh_stop_count', 'Stops', 'SEH-stops', 'stops', 'departments', 'stops', 'lower', 'regional', 1, 'zorgmart');

create table kpi.value (
    kpi_id varchar, region_code varchar, unit varchar, period_type varchar, period_start date, numerator double,
    denominator double, value double, n bigint, suppressed boolean, target double, status varchar
);
insert into kpi.value values
('occupancy', 'Noord', 'seh', 'month', '2025-01-01', 21, 20, 105, 20, false, null, null),
('occupancy', 'Zwolle', 'seh', 'month', '2025-01-01', null, null, null, null, true, null, null),
('seh_stop_count', 'Noord', null, 'month', '2025-01-01', 2, 1, 2, 2, false, null, null),
('seh_stop_count', 'Zwolle', null, 'month', '2025-01-01', 0, 0, null, 0, false, null, null),
('self_care', 'NL', 'all', 'month', '2025-01-01', 9, 60, 15, 60, false, null, null),
('self_care', 'Noord', 'all', 'month', '2025-01-01', 6, 30, 20, 30, false, null, null),
('self_care', 'Noord', 'all', 'month', '2025-02-01', 12, 40, 30, 40, false, null, null),
('self_care', 'Oost', 'all', 'month', '2025-01-01', null, null, null, null, true, null, null),
('self_care', 'West', 'all', 'month', '2025-01-01', null, null, null, null, true, null, null),
('self_care', 'NL', 'all', 'year', '2025-01-01', 25, 100, 25, 100, false, null, null),
('self_care', 'Noord', 'all', 'year', '2025-01-01', 18, 70, 25.714285714285714, 70, false, null, null);

create table kpi.control_chart (
    kpi_id varchar, region_code varchar, unit varchar, month date, value double, centre double, lower_limit double,
    upper_limit double, special_cause varchar, variation varchar, assurance varchar, trial boolean, rebased_from date, judged boolean
);
insert into kpi.control_chart values
('self_care', 'Noord', 'all', '2025-01-01', 20, 25, -1.6, 51.6, null, 'common', null, true, null, true),
('self_care', 'Noord', 'all', '2025-02-01', 30, 25, -1.6, 51.6, null, 'common', null, true, null, true),
('self_care', 'Oost', 'all', '2025-01-01', null, null, null, null, null, null, null, true, null, false);

create table kpi.funnel (
    kpi_id varchar, region_code varchar, year bigint, value double, n bigint, expected double, lower_95 double,
    upper_95 double, lower_998 double, upper_998 double, outside boolean
);
insert into kpi.funnel values
('self_care', 'Noord', 2025, 25.714285714285714, 70, 25, 14.86, 35.14, 9.01, 40.99, false);

create table integrity.delivery (
    feed varchar, delivery_date date, file varchar, version bigint, sha256 varchar, bytes bigint, status varchar, reason varchar,
    rows bigint, accepted bigint, quarantined bigint, amount_eur decimal(18, 2), accepted_amount_eur decimal(18, 2)
);
insert into integrity.delivery
select feed, '2025-03-01', file, if(content = 'c', 2, 1), sha256(content), 100, status, reason, rows, accepted, quarantined, amount_eur, accepted_eur
from (values
    ('declarations', 'd.csv', 'a', 'accepted', null, 10, 9, 1, 20425.00, 20415.00),
    ('declarations', 'e.csv', 'b', 'replaced', 'replaced by new bytes', 3, 3, 0, 30.00, 30.00),
    ('declarations', 'e.csv', 'c', 'accepted', null, 2, 2, 0, 20.00, 20.00),
    ('declarations', 'torn.parquet', 'd', 'rejected', 'the file is torn', null, null, null, null, null),
    ('providers', 'p.csv', 'e', 'accepted', null, 3, 3, 0, null, null),
    ('insurers', 'i.csv', 'f', 'accepted', null, 2, 2, 0, null, null),
    ('tariffs', 't.csv', 'g', 'accepted', null, 1, 1, 0, null, null),
    ('budgets', 'b.csv', 'h', 'accepted', null, 7, 7, 0, 31200.00, 31200.00),
    ('capacity_snapshots', 'c.csv', 'i', 'accepted', null, 4, 4, 0, null, null)
) as line (feed, file, content, status, reason, rows, accepted, quarantined, amount_eur, accepted_eur);

create table integrity.changed_amount (
    feed varchar, delivery_date date, key varchar, file varchar, row integer, amount_eur decimal(18, 2),
    standing_file varchar, standing_row integer, standing_amount_eur decimal(18, 2)
);

create table integrity.quarantine (
    feed varchar, delivery_date date, file varchar, row integer, rules varchar[], row_text varchar
);
insert into integrity.quarantine values ('declarations', '2025-03-01', 'd.csv', 4, ['unknown_provider'], '…');

create table integrity.double_funding_finding (
    finding_id varchar, rule varchar, severity varchar, status varchar, provider_agb varchar, declaration_id varchar,
    counter_provider_agb varchar, counter_declaration_id varchar, sector varchar, counter_sector varchar,
    region_code varchar, function varchar, amount_at_risk_eur decimal(18, 2), disputed_eur decimal(18, 2),
    first_seen_release varchar, exception_id varchar, budget_line varchar, counter_line varchar
);
insert into integrity.double_funding_finding
select
    finding_id, rule, severity, if(exception_id is null, 'open', 'accepted'), '10000001', declaration_id,
    counter_provider_agb, counter_declaration_id, 'zco', null, 'Noord', 'triage', at_risk_eur, disputed_eur,
    '2025-03-01-0a0a0a0a', exception_id, budget_line, counter_line
from (values
    ('F1', 'R01', 'hard', 'D2', '10000001', 'D1', 100.00, 100.00, null, null, null),
    ('F2', 'R11', 'hard', 'D2', null, null, 5.00, 5.00, null, null, null),
    ('F3', 'R11', 'hard', 'D3', null, null, 10.00, 10.00, null, null, null),
    ('F4', 'R03', 'hard', 'C9', null, null, 25.00, 0.00, null, null, null),
    ('F5', 'R05', 'hard', 'D2', '20000002', null, 7.00, 7.00, null, null, 'allocation/Noord/triage/20000002/2024-01-01'),
    ('F6', 'R06', 'hard', 'D4', null, null, 40.00, 0.00, 'X1', null, 'indication/Wlz/2024-01-01'),
    ('F7', 'R14', 'signal', null, null, null, 70.00, 0.00, null, '2025/agreed/capacity/fte', null)
) as line (
    finding_id, rule, severity, declaration_id, counter_provider_agb, counter_declaration_id, at_risk_eur, disputed_eur,
    exception_id, budget_line, counter_line
);

create schema raw;
create table raw.release_nights (delivery_date date, release_id varchar);
insert into raw.release_nights values ('2025-03-01', '2025-03-01-0a0a0a0a'), ('2025-03-02', '2025-03-02-0b0b0b0b');

-- What the door took in: the agreed edition of 10000001 in two deliveries, in the newer one nothing vanished.
create table raw.deliveries as
select version_id, feed, cast(delivery_date as date) as delivery_date, file
from (values
    (8, 'budgets', '2025-02-01', 'a.csv'), (9, 'budgets', '2025-03-01', 'b.csv')
) as of_all (version_id, feed, delivery_date, file);
create table raw.budgets as
select version_id, row, '10000001' as provider_agb, 2025 as year, 'agreed' as edition, 'capacity' as component, parameter
from (values (8, 1, 'fte'), (8, 2, 'seats'), (9, 1, 'fte'), (9, 2, 'seats')) as of_all (version_id, row, parameter);
create table raw.key_spellings (
    feed varchar, columns varchar, version_id bigint, row integer, spelling varchar, folded varchar, set_key varchar
);
insert into raw.key_spellings values
('budgets', 'parameter', 8, 1, 'fte', 'fte', null), ('budgets', 'parameter', 9, 1, 'fte', 'fte', null);

create schema intermediate;
create table intermediate.int_allocations_current as
select 'Noord' as region_code, 'triage' as function, '20000002' as provider_agb, date '2024-01-01' as valid_from;
create table intermediate.int_indications_current as
select sha256('patient D4') as patient_key, 'Wlz' as framework, date '2024-01-01' as valid_from;
create table intermediate.int_exceptions_current as select 'X1' as exception_id, 'R06' as rule;

create table reference.double_funding_rule (rule varchar, counter varchar);
insert into reference.double_funding_rule values
('R01', 'declaration'), ('R03', 'none'), ('R05', 'allocation'), ('R06', 'indication'), ('R11', 'none'), ('R14', 'none');

create table integrity.double_funding_summary (
    rule varchar, region_code varchar, sector varchar, counter_sector varchar, year bigint, findings bigint, open bigint,
    amount_at_risk_eur decimal(18, 2), disputed_eur decimal(18, 2)
);

create table reference.money_parameter (parameter varchar, value varchar, valid_from date);
insert into reference.money_parameter values
('free_margin_max_share', '0.02', '2020-01-01'),
('free_margin_max_share', '0.05', '2025-01-01'),
('disputed_tolerance_share', '0.01', '2020-01-01');
