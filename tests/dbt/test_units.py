"""The dbt project's own tests: that they run and pass, that no model with logic goes without, and that each
reconciliation fails when totals in are not totals out. One file, for one build serves them all.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator

import duckdb
import pytest

from dagster_project.quality.dbt_tests import table_of
from dagster_project.settings import DBT

# Models whose SQL leaves nothing to be wrong that a fixture would not repeat; each with its reason.
TRIVIAL = {
    "int_periods": "a calendar without input",
    "not_read": "the columns of its source",
    "int_kpi_periods": "sets the KPI models one below the other",
    "int_findings_collected": "sets the rules' models one below the other",
    "hourly": "the published columns of int_hours",
    "definition": "the columns of the seed kpi_definition",
    "int_kpi_withheld_quarters": "the macro of int_kpi_withheld_months, on quarters",
}

# What is planted in the warehouse, and undone, for each reconciliation to find.
FAULTS = {
    "declarations_delivered_are_declared": [
        "delete from intermediate.int_declarations_validated where rowid = 0",
        "insert into intermediate.int_declarations_validated"
        " from intermediate.int_declarations_validated where rowid = 0",
        "update intermediate.int_declarations_validated set amount_cents = amount_cents + 1 where rowid = 0",
        "delete from intermediate.int_reference_quarantine",
    ],
    "snapshots_delivered_are_measured": [
        "update intermediate.int_hours_delivered set snapshots = snapshots + 1 where rowid = 0",
        "delete from intermediate.int_hours_delivered where rowid = 0",
    ],
    "months_of_realisation_sum_to_the_year": [
        "delete from finance.budget_realisation where declared_eur <> 0 and month = (select max(month) from"
        " finance.budget_realisation where declared_eur <> 0)",
        "delete from finance.budget_realisation where lump_sum_eur <> 0",
        "update finance.budget_realisation set cumulative_revenue_eur = cumulative_revenue_eur + 0.01"
        " where month = (select max(month) from finance.budget_realisation)",
    ],
    "increments_sum_to_what_is_declared": [
        "delete from intermediate.int_development_increments where measure = 'net_cents'",
        "update intermediate.int_development_increments set amount = amount + 1 where measure = 'corrected'",
        "delete from intermediate.int_declared_monthly where declared_cents <> 0",
    ],
    "insurers_bear_the_budget": [
        "delete from finance.insurer_allocation where declared_eur <> 0",
        "update finance.insurer_allocation set burden_eur = burden_eur + 0.01 where rowid = 0",
        "update finance.insurer_allocation set disputed_eur = disputed_eur + 0.01 where rowid = 0",
        "delete from finance.insurer_allocation",
    ],
    "payers_sum_to_the_year": [
        "delete from finance.payer_year where revenue_eur <> 0",
        "update finance.payer_year set budget_eur = budget_eur + 0.01 where rowid = 0",
        "update finance.budget set amount_eur = amount_eur - 0.01 where rowid = 0",
        "update finance.budget_realisation set revenue_eur = revenue_eur + 0.01 where rowid = 0",
    ],
    "what_is_to_reclaim_is_what_is_disputed": [
        "delete from finance.to_reclaim where rowid = 0",
        "update finance.to_reclaim set disputed_eur = disputed_eur + 0.01 where rowid = 0",
        "delete from finance.to_reclaim",
    ],
    "insurers_of_a_contract_sum_to_what_is_due": [
        "delete from finance.contract_settlement where due_eur <> 0",
        "update finance.contract_settlement set due_eur = due_eur + 0.01 where due_eur is not null",
        "update finance.contract_settlement set declared_eur = declared_eur - 0.01 where rowid = 0",
        "delete from finance.contract_settlement",
    ],
    "days_of_a_stop_sum_to_its_minutes": [
        "delete from intermediate.int_stop_days where rowid = 0",
        "update capacity.stop set minutes = minutes + 1 where rowid = 0",
    ],
    "countries_are_the_sum_of_their_regions": [
        "update intermediate.int_kpi_periods set denominator = denominator + 1 where kpi_id = 'occupancy'"
        " and region_code = 'NL' and period_type = 'year'",
        "update intermediate.int_kpi_periods set n = n + 1 where kpi_id = 'admin_burden' and region_code = 'noord'",
        "delete from intermediate.int_kpi_periods where kpi_id = 'seh_per_1000' and region_code = 'limburg'",
        "delete from intermediate.int_kpi_periods where kpi_id = 'seh_stop_count' and region_code = 'NL'",
        "update intermediate.int_kpi_periods set numerator = numerator + 1 where kpi_id = 'complications'"
        " and region_code = 'noord'",
    ],
    "funnels_centre_on_the_sum_of_their_regions": [
        "update kpi.funnel set expected = expected * 1.00001 where kpi_id = 'apop_screening'",
        "update kpi.value set denominator = denominator * 2 where kpi_id = 'apop_screening' and region_code = 'noord'",
    ],
    "findings_found_are_published": [
        "delete from integrity.double_funding_finding where rowid = 0",
        "delete from integrity.double_funding_finding where rule = 'R03'",
        "delete from integrity.double_funding_summary where rowid = 0",
        "update integrity.double_funding_finding set disputed_eur = disputed_eur + 0.01 where rule = 'R11'",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def models(built) -> dict[str, dict]:
    """Every model of the project by name."""
    nodes = built.manifest["nodes"].values()
    return {node["name"]: node for node in nodes if node["resource_type"] == "model"}


@pytest.fixture(scope="module")
def unit_tests(built) -> dict[str, list[dict]]:
    """The unit tests of each model by the model's name."""
    found = defaultdict(list)
    for test in built.manifest["unit_tests"].values():
        found[test["model"]].append(test)
    return found


def _seed(name: str) -> list[dict[str, str]]:
    with (DBT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _expected_rows(test: dict) -> list | str:
    return test["expect"]["rows"]


def test_every_unit_test_passes(built) -> None:
    outcomes = built.of_kind("unit_test")
    assert not {test: message for test, (status, message) in outcomes.items() if status != "pass"}
    assert set(outcomes) == set(built.manifest["unit_tests"])
    assert len(outcomes) > 100


def test_every_model_seed_and_reconciliation_succeeds_on_the_sample(built) -> None:
    failed = {node: message for node, (status, message) in built.outcomes.items() if status not in ("success", "pass")}
    assert not failed
    assert built.of_kind("test")


def test_every_model_says_what_a_row_of_it_is(models) -> None:
    assert not [name for name, node in models.items() if not node["description"].startswith(("One row", "Each"))]


def test_every_published_column_has_a_meaning_and_a_type(models) -> None:
    marts = {name: node for name, node in models.items() if node["fqn"][1] == "marts"}
    columns = [(name, column) for name, node in marts.items() for column in node["columns"].values()]
    assert not [
        (name, column["name"]) for name, column in columns if not (column["description"] and column["data_type"])
    ]
    assert columns
    assert not [name for name, node in marts.items() if not node["contract"]["enforced"]]


def test_every_model_with_logic_has_a_unit_test(models, unit_tests) -> None:
    with_logic = {name for name, node in models.items() if node["fqn"][1] != "staging"}
    assert with_logic - set(unit_tests) == set(TRIVIAL)


def test_fixtures_fit_in_the_head(unit_tests) -> None:
    large = [
        test["name"]
        for tests in unit_tests.values()
        for test in tests
        for fixture in (*test["given"], test["expect"])
        if fixture["format"] == "dict" and len(fixture["rows"] or []) > 5 and not _is_seed(fixture)
    ]
    assert not large


def _is_seed(fixture: dict) -> bool:
    name = fixture.get("input", "").removeprefix("ref('").removesuffix("')")
    return (DBT / "seeds" / f"{name}.csv").exists()


@pytest.mark.parametrize("rule", [row["rule"] for row in _seed("double_funding_rule")])
def test_every_rule_of_double_funding_finds_what_it_must_and_nothing_else(rule: str, models, unit_tests) -> None:
    (name,) = (model for model in models if model.startswith(f"int_finding_{rule.lower()}_"))
    expected = [_expected_rows(test) for test in unit_tests[name]]
    assert [] in expected, f"{name} has no fixture that it must leave alone"
    assert any(expected), f"{name} has no fixture that it must find"


def test_every_rule_is_collected(models) -> None:
    collected = {node.rsplit(".", 1)[1] for node in models["int_findings_collected"]["depends_on"]["nodes"]}
    assert collected == {name for name in models if name.startswith("int_finding_r")}


def test_every_kpi_is_computed_by_a_model_whose_unit_test_expects_it(models, unit_tests) -> None:
    computing = [node.rsplit(".", 1)[1] for node in models["int_kpi_periods"]["depends_on"]["nodes"]]
    expected = "".join(str(_expected_rows(test)) for model in computing for test in unit_tests[model])
    described = "".join(models[model]["description"] for model in computing)
    kpis = [row["kpi_id"] for row in _seed("kpi_definition") if not row["country_value"].startswith("measured")]
    assert not [kpi for kpi in kpis if kpi not in expected and f"(KPI {kpi})" not in described]


def test_every_kpi_that_is_counted_from_declarations_says_how_it_fills_up(built) -> None:
    with duckdb.connect(built.warehouse, read_only=True) as connection:
        found = connection.execute(
            "select distinct kpi_id from intermediate.int_kpi_periods"
            " where list_contains(split(feeds, '|'), 'declarations')"
        ).fetchall()
    assert {kpi for (kpi,) in found} == {row["kpi_id"] for row in _seed("kpi_completion")}


def test_every_reconciliation_has_its_faults(built) -> None:
    """Those on relations have theirs in tests/quality/faults.yml."""
    nodes = built.manifest["nodes"]
    tests = {node["name"] for node in nodes.values() if node["resource_type"] == "test" and not table_of(node, nodes)}
    assert tests == set(FAULTS)


@pytest.fixture
def connection(built) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(built.warehouse) as connection:
        connection.execute("set TimeZone = 'Europe/Amsterdam'; begin")
        yield connection
        connection.execute("rollback")


@pytest.mark.parametrize(("name", "fault"), [(name, fault) for name, faults in FAULTS.items() for fault in faults])
def test_a_planted_fault_is_found(name: str, fault: str, built, connection: duckdb.DuckDBPyConnection) -> None:
    assert not connection.execute(built.queries[name]).fetchall()
    assert connection.execute(fault).fetchone()[0], "the fault changes nothing"
    assert connection.execute(built.queries[name]).fetchall()
