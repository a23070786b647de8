"""Each rule of each contract: a row that breaks it, and one that does not."""

import csv

import pytest

from dagster_project.feeds import FEEDS, kpi_observations

from .made import BSN, BSN_2, ROWS, Home, csv_bytes, row

# What looks like "fte zcc": blanks, unseen characters, a letter in two parts; in source, so that a reader sees them.
UNTIDY = (
    " fte zcc", "fte zcc ", "fte  zcc", "fte\u00a0zcc", "fte\u2009zcc", "fte\u3000zcc", "fte\u200b zcc",
    "\ufefffte zcc",
    "fte\u00ad zcc", "fte \u202ezcc", "fte\u2060 zcc", "fte\ufe0f zcc", "fte\u034f zcc", "fte\u3164zcc", "fte\u2800zcc",
    "fte\ue000 zcc", "fte\U000e0041 zcc", "cafe\u0301", "\u212b",
)  # fmt: skip
TIDY = (
    "fte zcc",
    "FTE ZCC",
    "caf\u00e9",
    "\u00e5",
    "fte (zcc) - 24/7",
    "\u0444te",
    "\U0001f691",
    "\uff46te",
    "e\u0331",
)
BROKEN = [
    ("declarations", {"declaration_id": ""}, ["missing_declaration_id"]),
    ("declarations", {"declaration_id": "x" * 21}, ["invalid_declaration_id"]),
    ("declarations", {"declaration_id": "a b"}, ["invalid_declaration_id"]),
    ("declarations", {"debit_credit": "d"}, ["invalid_debit_credit"]),
    ("declarations", {"debit_credit": "C", "corrects_declaration_id": "a b"}, ["invalid_corrects_declaration_id"]),
    ("declarations", {"provider_agb": "5300001"}, ["invalid_provider_agb"]),
    ("declarations", {"provider_agb": "٥٣٠٠٠٠٠١"}, ["invalid_provider_agb"]),
    ("declarations", {"insurer_uzovi": "101"}, ["invalid_insurer_uzovi"]),
    ("declarations", {"insurer_uzovi": "0101\x00"}, ["control_character", "invalid_insurer_uzovi"]),
    ("declarations", {"insurer_uzovi": "0101\r"}, ["control_character", "invalid_insurer_uzovi"]),
    ("declarations", {"patient_key": ""}, ["missing_patient_key"]),
    ("declarations", {"patient_key": "12345678"}, ["invalid_patient_key"]),
    ("declarations", {"patient_key": "123456789"}, ["failed_eleven_test"]),
    ("declarations", {"patient_key": "000000000"}, ["failed_eleven_test"]),
    ("declarations", {"birth_year": "1899"}, ["invalid_birth_year"]),
    ("declarations", {"birth_year": "2027"}, ["birth_year_after_delivery"]),
    ("declarations", {"performance_code": "#1"}, ["invalid_performance_code"]),
    ("declarations", {"service_start": "2026-01-30T10:00:00"}, ["invalid_service_start"]),
    ("declarations", {"service_start": "2026-01-30T24:00:00Z"}, ["invalid_service_start"]),
    ("declarations", {"service_start": "2026-01-30T10:60:00Z"}, ["invalid_service_start"]),
    ("declarations", {"service_start": "2026-02-30T10:00:00Z"}, ["invalid_service_start"]),
    ("declarations", {"service_start": "2026-01-30T10:00:00.1234567Z"}, ["invalid_service_start"]),
    ("declarations", {"service_start": "2026-01-30T10:00:00+15:00"}, ["invalid_service_start"]),
    ("declarations", {"service_start": "1999-12-31T10:00:00Z"}, ["invalid_service_start"]),
    ("declarations", {"service_start": "26-01-30T10:00:00Z"}, ["invalid_service_start"]),
    ("declarations", {"service_end": "2026-01-30T09:59:59+01:00"}, ["service_end_before_start"]),
    (
        "declarations",
        {"service_start": "2026-01-31T23:00:00Z", "service_end": "", "declared_on": "2026-02-01"},
        ["service_after_delivery", "declared_after_delivery"],
    ),
    ("declarations", {"service_start": "2026-01-31T23:00:00Z", "service_end": ""},
     ["service_after_delivery", "declared_before_service"]),
    ("declarations", {"declared_on": "2026-01-29"}, ["declared_before_service"]),
    ("declarations", {"declared_on": "2026-02-01"}, ["declared_after_delivery"]),
    ("declarations", {"declared_on": "31-01-2026"}, ["invalid_declared_on"]),
    ("declarations", {"declared_on": "2026-02-31"}, ["invalid_declared_on"]),
    ("declarations", {"declared_on": "0026-01-31"}, ["invalid_declared_on"]),
    ("declarations", {"debit_credit": "C"}, ["credit_without_reference"]),
    ("declarations", {"corrects_declaration_id": "D0"}, ["debit_with_reference"]),
    ("declarations", {"episode_id": "E111222333"}, ["bsn_in_episode_id"]),
    ("declarations", {"declaration_id": "111222333-1"}, ["bsn_in_declaration_id"]),
    ("declarations", {"declaration_id": "123456782"}, ["bsn_in_declaration_id"]),
    ("declarations", {"patient_key": "ab" * 32, "episode_id": "111222333"}, ["bsn_in_episode_id"]),
    ("contacts", {"patient_key": "", "contact_id": BSN, "episode_id": ""}, ["bsn_in_contact_id"]),
    ("declarations", {"episode_id": "two words"}, ["invalid_episode_id"]),
    ("declarations", {"quantity": "0"}, ["invalid_quantity"]),
    ("declarations", {"quantity": "1.0"}, ["invalid_quantity"]),
    ("declarations", {"amount_cents": ""}, ["missing_amount_cents"]),
    ("declarations", {"amount_cents": "-1"}, ["invalid_amount_cents"]),
    ("declarations", {"amount_cents": "59.75"}, ["invalid_amount_cents"]),
    ("declarations", {"amount_cents": "60.255"}, ["invalid_amount_cents"]),
    ("declarations", {"amount_cents": "1.060,25"}, ["invalid_amount_cents"]),
    ("declarations", {"amount_cents": "60-"}, ["invalid_amount_cents"]),
    ("declarations", {"amount_cents": "(61)"}, ["invalid_amount_cents"]),
    ("declarations", {"amount_cents": "+61"}, ["invalid_amount_cents"]),
    ("declarations", {"amount_cents": "1e3"}, ["invalid_amount_cents"]),
    ("declarations", {"amount_cents": "99999999999999999999"}, ["invalid_amount_cents"]),
    ("declarations", {"amount_cents": "1000000000001"}, ["invalid_amount_cents"]),
    ("declarations", {"legal_framework": "ZVW"}, ["invalid_legal_framework"]),
    (
        "declarations",
        {"quantity": "0", "amount_cents": "", "legal_framework": "?"},
        ["invalid_quantity", "missing_amount_cents", "invalid_legal_framework"],
    ),
    ("capacity_snapshots", {"location_code": "#1"}, ["invalid_location_code"]),
    ("capacity_snapshots", {"unit": "SEH"}, ["invalid_unit"]),
    ("capacity_snapshots", {"measured_at": "noon"}, ["invalid_measured_at"]),
    ("capacity_snapshots", {"places_total": "-1"}, ["invalid_places_total"]),
    ("capacity_snapshots", {"status": "closed"}, ["invalid_status"]),
    ("capacity_snapshots", {"crowding_index": "1.23456"}, ["invalid_crowding_index"]),
    ("capacity_snapshots", {"crowding_index": "-0.1"}, ["invalid_crowding_index"]),
    ("market_shares", {"share": "1.00000001"}, ["invalid_share"]),
    ("market_shares", {"share": "0.123456789"}, ["invalid_share"]),
    ("market_shares", {"share": "0.123456780"}, ["invalid_share"]),
    ("market_shares", {"share": "0,5"}, ["invalid_share"]),
    ("market_shares", {"share": "1e-8"}, ["invalid_share"]),
    ("market_shares", {"edition": "final"}, ["invalid_edition"]),
    ("market_shares", {"year": "1999"}, ["invalid_year"]),
    ("providers", {"valid_to": "2019-12-31"}, ["valid_to_before_valid_from"]),
    ("providers", {"name": "x" * 4_001}, ["invalid_name"]),
    ("providers", {"name": "tab\there"}, ["control_character"]),
    ("providers", {"region_code": "-"}, ["invalid_region_code"]),
    ("insurers", {"valid_to": "2019-12-31"}, ["valid_to_before_valid_from"]),
    ("insurers", {"uzovi": "A101"}, ["invalid_uzovi"]),
    ("tariffs", {"tariff_cents": ""}, ["tariff_missing"]),
    ("tariffs", {"tariff_cents": "-1"}, ["invalid_tariff_cents"]),
    ("tariffs", {"valid_to": "2019-12-31"}, ["valid_to_before_valid_from"]),
    ("tariffs", {"covers_budget": "yes"}, ["invalid_covers_budget"]),
    ("budgets", {"amount_cents": "1751"}, ["amount_does_not_follow"]),
    ("budgets", {"percentage": ""}, ["amount_does_not_follow"]),
    ("budgets", {"quantity": "3.50001"}, ["invalid_quantity"]),
    ("budgets", {"percentage": "x"}, ["invalid_percentage"]),
    ("payments", {"kind": "gift"}, ["invalid_kind"]),
    ("payments", {"amount_cents": "-1"}, ["invalid_amount_cents"]),
    ("population", {"inhabitants": "-1"}, ["invalid_inhabitants"]),
    ("exceptions", {"patient_key": "", "reason": "seen with 111222333, a sister"}, ["bsn_in_reason"]),
    ("exceptions", {"approved_by": "1112.22.333"}, ["bsn_in_approved_by"]),
    ("contacts", {"patient_key": "123456789"}, ["failed_eleven_test"]),
    ("contacts", {"answered_at": "2026-01-30T09:59:59+01:00"}, ["answered_before_offered"]),
    ("contacts", {"triage_ended_at": "2026-01-30T10:00:59+01:00"}, ["triage_ended_before_answer"]),
    ("contacts", {"answered_at": "", "placed_at": ""}, ["triage_ended_before_answer"]),
    ("contacts", {"placed_at": "2026-01-30T10:00:59+01:00"}, ["placed_before_answer"]),
    ("contacts", {"answered_at": "", "triage_ended_at": ""}, ["placed_before_answer"]),
    ("contacts", {"answered_at": "soon"}, ["invalid_answered_at"]),
    (
        "contacts",
        {"offered_at": "2026-01-31T23:00:00Z", "answered_at": "", "triage_ended_at": "", "placed_at": ""},
        ["offered_after_delivery"],
    ),
    ("contacts", {"contact_id": f"T-{BSN}"}, ["bsn_in_contact_id"]),
    ("contacts", {"episode_id": f"E{BSN}"}, ["bsn_in_episode_id"]),
    ("contacts", {"caller": "neighbour"}, ["invalid_caller"]),
    ("contacts", {"urgency": "U6"}, ["invalid_urgency"]),
    ("contacts", {"placement_calls": "-1"}, ["invalid_placement_calls"]),
    ("contacts", {"standard_message": "yes"}, ["invalid_standard_message"]),
    ("kpi_observations", {"period_end": "2025-12-31"}, ["period_end_before_start"]),
    ("kpi_observations", {"kpi_id": "abandoned"}, ["invalid_kpi_id"]),
    ("kpi_observations", {"numerator": "1.1234567"}, ["invalid_numerator"]),
    ("kpi_observations", {"denominator": ""}, ["missing_denominator"]),
    ("kpi_observations", {"numerator": "100.000001"}, ["share_above_one"]),
    ("kpi_observations", {"kpi_id": "lead_time", "numerator": "0.000001", "denominator": "0"}, ["no_denominator"]),
    ("kpi_observations", {"denominator": "0"}, ["share_above_one", "no_denominator"]),
    ("kpi_observations", {"numerator": "999999999999.999999", "denominator": "10"}, ["invalid_numerator"]),
    ("kpi_observations", {"denominator": "1000000000.000001"}, ["invalid_denominator"]),
    ("legal_indications", {"patient_key": "123456789"}, ["failed_eleven_test"]),
    ("legal_indications", {"patient_key": ""}, ["missing_patient_key"]),
    ("legal_indications", {"valid_to": "2025-12-31"}, ["valid_to_before_valid_from"]),
    ("legal_indications", {"with_treatment": ""}, ["missing_with_treatment"]),
    ("function_allocations", {"valid_to": "2025-12-31"}, ["valid_to_before_valid_from"]),
    ("function_allocations", {"funding_source": "gift"}, ["invalid_funding_source"]),
    ("function_allocations", {"cleared_from": "5300001"}, ["invalid_cleared_from"]),
    ("function_allocations", {"hours": "night", "level": "nano"}, ["invalid_hours", "invalid_level"]),
    ("contracts", {"valid_to": "2025-12-31"}, ["valid_to_before_valid_from"]),
    ("contracts", {"provider_agb": ""}, ["contract_does_not_fit"]),
    ("contracts", {"scope": ""}, ["contract_does_not_fit"]),
    ("contracts", {"scope": "HA001 HA002"}, ["contract_does_not_fit"]),
    ("contracts", {"scope": "codes:HA001|"}, ["contract_does_not_fit"]),
    ("contracts", {"scope": "function:reception"}, ["contract_does_not_fit"]),
    ("contracts", {"scope": "All"}, ["contract_does_not_fit"]),
    ("transition_arrangements", {"performance_codes": ""}, ["arrangement_of_nothing"]),
    ("transition_arrangements", {"valid_to": "2025-12-31"}, ["valid_to_before_valid_from"]),
    ("transition_arrangements", {"region_code": "Noord "}, ["untidy_region_code"]),
    ("transition_arrangements", {"anchor": "birth", "days": "-1"}, ["invalid_anchor", "invalid_days"]),
    ("contracts", {"network_agb": "98000001"}, ["contract_does_not_fit"]),
    ("contracts", {"network_agb": "9800000"}, ["invalid_network_agb", "contract_does_not_fit"]),
    ("contracts", {"form": "gift"}, ["contract_does_not_fit"]),
    ("contracts", {"form": ""}, ["missing_form"]),
    ("contracts", {"form": "gift", "parameters": "none"}, ["contract_does_not_fit"]),
    ("contracts", {"scope": "HA001", "parameters": "{}"}, ["contract_does_not_fit", "parameters_do_not_fit"]),
    ("contracts", {"parameters": "[5000]"}, ["parameters_do_not_fit"]),
    ("contracts", {"parameters": "{sums: 5000}"}, ["parameters_do_not_fit"]),
    ("contracts", {"parameters": '{"sums": {"2026": 1}, "sums": {"2026": 2}}'}, ["parameters_do_not_fit"]),
    ("contracts", {"parameters": ""}, ["parameters_do_not_fit"]),
    ("network_costs", {"period_end": "2025-12-31"}, ["period_end_before_start"]),
    ("network_costs", {"staff_hours": "12.505"}, ["invalid_staff_hours"]),
    ("network_costs", {"staff_hours": "1.060"}, ["invalid_staff_hours"]),
    ("network_costs", {"wage_cost_cents": "650.00"}, ["invalid_wage_cost_cents"]),
    ("exceptions", {"patient_key": "123456789"}, ["failed_eleven_test"]),
    ("exceptions", {"valid_to": "2025-12-31"}, ["valid_to_before_valid_from"]),
    ("exceptions", {"reason": f"asked by {BSN}"}, ["bsn_in_reason"]),
    ("exceptions", {"rule": "R20"}, ["invalid_rule"]),
    *(("budgets", {"parameter": text}, ["untidy_parameter"]) for text in UNTIDY),
    ("population", {"area": "Den  Haag"}, ["untidy_area"]),
    ("population", {"region_code": "Noord "}, ["untidy_region_code"]),
    ("market_shares", {"scope": "Noord  Holland"}, ["untidy_scope"]),
    ("insurers", {"concern": "B\u200b"}, ["untidy_concern"]),
    ("tariffs", {"macro_category": " acute"}, ["untidy_macro_category"]),
    ("providers", {"region_code": "Noord "}, ["untidy_region_code"]),
    ("function_allocations", {"region_code": "Noord "}, ["untidy_region_code"]),
    ("kpi_observations", {"region_code": "Noord "}, ["untidy_region_code"]),
    ("budgets", {"parameter": "a\tb"}, ["control_character"]),
    ("locations", {"valid_to": "2025-12-31"}, ["valid_to_before_valid_from"]),
    ("locations", {"cadence_minutes": "0"}, ["invalid_cadence_minutes"]),
    ("locations", {"unit": "kitchen"}, ["invalid_unit"]),
    ("provider_costs", {"edition": "final"}, ["invalid_edition"]),
    ("provider_costs", {"legal_framework": "zvw"}, ["invalid_legal_framework"]),
    ("provider_costs", {"category": " staff"}, ["untidy_category"]),
    ("provider_costs", {"amount_cents": "1.5"}, ["invalid_amount_cents"]),
    ("spending", {"instrument": "tax"}, ["invalid_instrument"]),
    ("spending", {"kind": "open"}, ["invalid_kind"]),
    ("spending", {"line": " LCPS"}, ["untidy_line"]),
    ("spending", {"amount_cents": "-1"}, ["invalid_amount_cents"]),
    ("spending", {"quantity": "1.00001"}, ["invalid_quantity"]),
    ("service_areas", {"year": "1999"}, ["invalid_year"]),
    ("kpi_rebasings", {"kpi_id": "selfcare"}, ["unknown_kpi"]),
    ("kpi_rebasings", {"from_month": "2026-01-02"}, ["not_first_of_month"]),
    ("kpi_rebasings", {"unit": "kitchen"}, ["invalid_unit"]),
    ("service_areas", {"area": " Groningen"}, ["untidy_area"]),
]  # fmt: skip
SOUND = [
    *((feed, {}) for feed in FEEDS),
    ("declarations", {"patient_key": BSN_2}),
    ("declarations", {"patient_key": "AB" * 32}),
    ("declarations", {"birth_year": "", "service_end": "", "episode_id": ""}),
    ("declarations", {"birth_year": "2026"}),
    ("declarations", {"declaration_id": "123456783"}),
    ("declarations", {"debit_credit": "C", "corrects_declaration_id": "D0"}),
    ("declarations", {"service_end": "2026-01-30T10:00:00+01:00"}),
    ("declarations", {"service_start": "2026-01-31T22:59:59Z", "service_end": ""}),
    ("declarations", {"service_start": "2026-01-30 10:00:00.123456+01", "service_end": "2026-01-30T10:01+0100"}),
    ("declarations", {"amount_cents": "0"}),
    ("declarations", {"amount_cents": "1000000000000"}),
    ("capacity_snapshots", {"places_total": "", "places_occupied": "", "crowding_index": ""}),
    ("market_shares", {"share": "0"}),
    ("market_shares", {"share": "1.00000000"}),
    ("exceptions", {"reason": "case 11122233 of 2026"}),
    ("providers", {"valid_to": "9999-12-31"}),
    ("providers", {"valid_to": "2020-01-01"}),
    ("providers", {"name": "=cmd|x, \"quoted\" é"}),
    ("tariffs", {"tariff_kind": "free", "tariff_cents": ""}),
    ("tariffs", {"covers_budget": "True"}),
    ("budgets", {"quantity": "1", "unit_price_cents": "5", "percentage": "50", "amount_cents": "2"}),
    ("budgets", {"quantity": "1", "unit_price_cents": "7", "percentage": "50", "amount_cents": "4"}),
    ("budgets", {"quantity": "-1", "unit_price_cents": "5", "percentage": "50", "amount_cents": "-2"}),
    ("budgets", {"quantity": "-1", "unit_price_cents": "7", "percentage": "50", "amount_cents": "-4"}),
    ("budgets", {"quantity": "-1.5", "unit_price_cents": "3", "percentage": "", "amount_cents": "-4"}),
    (
        "budgets",
        {"quantity": "1", "unit_price_cents": str(10**13), "percentage": "10000", "amount_cents": str(10**15)},
    ),
    ("contacts", {"answered_at": "2026-01-30T09:00:00Z", "triage_ended_at": "2026-01-30T09:00:00Z"}),
    ("contacts", {"placed_at": "2026-01-30T09:01:00Z", "placement_calls": "0"}),
    (
        "contacts",
        {"offered_at": "2026-01-31T22:59:59Z", "answered_at": "", "triage_ended_at": "", "placed_at": ""},
    ),
    *(("budgets", {"parameter": text}) for text in TIDY),
    ("providers", {"name": " two  blanks\u00a0"}),
    ("network_costs", {"staff_hours": "1.06"}),
    ("kpi_observations", {"period_end": "2026-01-01", "provider_agb": "53000001"}),
    ("kpi_observations", {"numerator": "100", "region_code": "NL"}),
    ("kpi_observations", {"numerator": "0", "denominator": "0"}),
    ("kpi_observations", {"kpi_id": "lead_time", "numerator": "10000000000", "denominator": "0.000001"}),
    ("legal_indications", {"patient_key": BSN_2, "valid_to": "2026-01-01"}),
    ("legal_indications", {"admitted_on": "", "died_on": "2026-02-01"}),
    ("transition_arrangements", {"performance_codes": "", "function": "triage", "insurer_uzovi": ""}),
    ("function_allocations", {"amount_cents": "", "cleared_from": "", "cleared_amount_cents": ""}),
    ("function_allocations", dict.fromkeys(FEEDS["function_allocations"].names[-10:], "")),
    ("function_allocations", {"hours": "office", "zvw_verdict": "undetermined", "holder_is_provider": "billing"}),
    ("function_allocations", {"valid_to": "2026-01-01"}),
    ("contracts", {"provider_agb": "", "network_agb": "98000001", "valid_to": "2026-01-01"}),
    ("contracts", {"parameters": "", "form": "fee_for_service", "scope": "all"}),
    ("contracts", {"parameters": "{}", "form": "budget", "scope": "function:triage"}),
    ("contracts", {"scope": "population"}),
    ("network_costs", {"period_end": "2026-01-01", "client_activities": ""}),
    ("exceptions", {"patient_key": "", "counter_provider_agb": "97000001", "valid_to": "2026-01-01"}),
    ("locations", {"cadence_minutes": "", "valid_to": "2026-01-01"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[str]]:
    """Feed and file → rules of its one row; all files went through the door together."""
    home = Home(tmp_path_factory.mktemp("rows"))
    for number, (feed, changes, _) in enumerate(BROKEN):
        home.deliver(feed, csv_bytes([row(feed, **changes)]), f"broken{number}.csv")
    for number, (feed, changes) in enumerate(SOUND):
        home.deliver(feed, csv_bytes([row(feed, **changes)]), f"sound{number}.csv")
    home.ingest()
    files = {number: (feed, file) for number, feed, file in home.versions()["version_id", "feed", "file"].iter_rows()}
    found = {files[number]: [] for feed in FEEDS for number in home.accepted(feed)["version_id"]}
    for feed in FEEDS:
        found |= {files[number]: rules for number, rules in home.quarantined(feed)["version_id", "rules"].iter_rows()}
    return found


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=lambda number: "+".join(BROKEN[number][2]))
def test_a_row_that_breaks_rules_is_quarantined_with_their_names(
    judged: dict[tuple[str, str], list[str]], number: int
) -> None:
    feed, _, rules = BROKEN[number]
    assert judged[feed, f"broken{number}.csv"] == rules


@pytest.mark.parametrize("number", range(len(SOUND)), ids=lambda number: f"{SOUND[number][0]} {SOUND[number][1]}")
def test_a_sound_row_is_accepted(judged: dict[tuple[str, str], list[str]], number: int) -> None:
    assert judged[SOUND[number][0], f"sound{number}.csv"] == []


def test_every_row_rule_has_both_kinds_of_rows() -> None:
    named = {(feed, rule) for feed, _, rules in BROKEN for rule in rules}
    assert not [
        (feed.name, rule.name)
        for feed in FEEDS.values()
        for rule in feed.row_rules
        if (feed.name, rule.name) not in named
    ]
    assert set(ROWS) == set(FEEDS)


def test_the_first_sound_row_of_a_key_stands(home: Home) -> None:
    wrong, right = row("declarations", quantity="0"), row("declarations")
    home.deliver("declarations", csv_bytes([wrong, right, right, wrong, row("declarations", declaration_id="D2")]))
    home.ingest()
    expected = {1: ["invalid_quantity"], 3: ["repeated_key"], 4: ["invalid_quantity", "repeated_key"]}
    assert home.rules("declarations") == expected


def test_keys_are_instants_and_numbers_not_texts(home: Home) -> None:
    feed = "capacity_snapshots"
    again = row(feed, measured_at="2026-01-30T09:00:00Z")
    home.deliver(feed, csv_bytes([row(feed), again]))
    home.ingest()
    assert home.rules(feed) == {2: ["repeated_key"]}


def test_an_empty_key_column_is_a_key(home: Home) -> None:
    own = row("tariffs", provider_agb="53000001")
    home.deliver("tariffs", csv_bytes([row("tariffs"), own, row("tariffs"), own]))
    home.ingest()
    assert home.rules("tariffs") == {3: ["repeated_key"], 4: ["repeated_key"]}


def test_measurements_of_other_periods_and_places_are_no_repeats(home: Home) -> None:
    """A month and the quarter that begins with it, two hospitals and their region, and the country."""
    places = [("", "Noord"), ("53000001", "Noord"), ("53000002", "Noord"), ("", "NL")]
    rows = [
        row("kpi_observations", provider_agb=agb, region_code=region, period_end=end)
        for agb, region in places
        for end in ("2026-01-31", "2026-03-31")
    ]
    home.deliver("kpi_observations", csv_bytes([*rows, rows[0] | {"numerator": "1"}]))
    home.ingest()
    assert home.accepted("kpi_observations").height == 8
    assert home.rules("kpi_observations") == {9: ["repeated_key"]}


def test_the_contract_of_measurements_is_the_catalogue() -> None:
    """Which KPIs are measured outside, and which of those are shares, is read from where it stands."""
    with kpi_observations.CATALOGUE.open(encoding="utf-8", newline="") as file:
        catalogue = [row for row in csv.DictReader(file) if row["country_value"] == "measured"]
    assert FEEDS["kpi_observations"].column("kpi_id").values == tuple(row["kpi_id"] for row in catalogue)
    assert tuple(row["kpi_id"] for row in catalogue if row["kind"] == "share") == kpi_observations.SHARES


def test_the_same_key_in_two_files_is_no_repeat(home: Home) -> None:
    home.deliver("declarations", csv_bytes([row("declarations")]), "a.csv")
    home.deliver("declarations", csv_bytes([row("declarations")]), "b.csv")
    home.ingest()
    assert home.accepted("declarations").height == 2
