"""Every suite holds on a good warehouse, fails on an empty table and on each planted fault, and shows no patient."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pytest
import yaml

from dagster_project.errors import ZorgmartError
from dagster_project.quality import validate
from dagster_project.quality.outcome import Outcome
from dagster_project.quality.outcome_store import RELATIONS
from dagster_project.quality.run import run_suites
from dagster_project.quality.suites import Expectation, Suite, load_suites

from .conftest import EXPECTATIONS, HERE, change

SUITES = {suite.name: suite for suite in load_suites(EXPECTATIONS)}
FAULTS = [
    (suite, name, statement)
    for suite, by_name in yaml.safe_load((HERE / "faults.yml").read_text(encoding="utf-8")).items()
    if suite != RELATIONS
    for name, statements in by_name.items()
    for statement in statements
]
FLOORS = [
    (suite.name, entry.name, entry.table) for suite in SUITES.values() for entry in suite.expectations if entry.at_least
]


def only(suite: Suite, name: str) -> Suite:
    return with_expectations(suite, *(entry for entry in suite.expectations if entry.name == name))


def with_expectations(suite: Suite, *expectations: Expectation) -> Suite:
    return suite.model_copy(update={"expectations": expectations})


def failed(outcomes: Iterable[Outcome]) -> set[tuple[str, str]]:
    return {(outcome.suite, outcome.name) for outcome in outcomes if not outcome.success}


@pytest.fixture(scope="session")
def good_outcomes(good_warehouse: Path) -> list[Outcome]:
    return run_suites(good_warehouse, tuple(SUITES.values()))


def test_all_hold_on_a_good_warehouse(good_outcomes: list[Outcome]) -> None:
    lists_of_what_is_wrong = {"delivery_warnings", "key_warnings"}
    assert [one for one in good_outcomes if one.verdict != "holds" and one.suite not in lists_of_what_is_wrong] == []
    assert {one.verdict for one in good_outcomes if one.suite in lists_of_what_is_wrong} <= {"no data", "holds"}


def test_outcomes_come_in_the_order_of_the_suites(good_outcomes: list[Outcome]) -> None:
    expected = [(suite.name, entry.name) for suite in SUITES.values() for entry in suite.expectations]
    assert [(outcome.suite, outcome.name) for outcome in good_outcomes] == expected


def test_every_expectation_has_a_planted_fault() -> None:
    planted = {(suite, name) for suite, name, _ in FAULTS}
    floors = {(suite, name) for suite, name, _ in FLOORS}
    assert planted | floors == {(suite.name, entry.name) for suite in SUITES.values() for entry in suite.expectations}
    assert not planted & floors


@pytest.mark.parametrize(("suite", "name", "statement"), FAULTS)
def test_planted_fault_is_found(planted: Callable[..., Path], suite: str, name: str, statement: str) -> None:
    (outcome,) = run_suites(planted(statement), [only(SUITES[suite], name)])
    assert not outcome.success
    assert not outcome.observed.startswith("not judged")
    assert outcome.unexpected_count > 0
    assert outcome.examples


@pytest.mark.parametrize(("suite", "name", "table"), FLOORS)
def test_empty_table_is_found(planted: Callable[..., Path], suite: str, name: str, table: str) -> None:
    outcomes = run_suites(planted(f"delete from {table}"), [SUITES[suite]])
    assert (suite, name) in failed(outcomes)


def test_nothing_is_expected_of_a_feed_that_was_never_delivered(planted: Callable[..., Path]) -> None:
    warehouse = planted(
        "delete from capacity.hourly", "delete from integrity.delivery where feed = 'capacity_snapshots'"
    )
    outcomes = run_suites(warehouse, [SUITES["capacity"]])
    assert not failed(outcomes)
    assert {outcome.verdict for outcome in outcomes} == {"no data"}
    assert {outcome.observed for outcome in outcomes} == {"no row of capacity_snapshots was accepted yet"}


@pytest.mark.parametrize(
    ("delivery", "verdict"),
    [
        ("rows = 0, accepted = 0, quarantined = 0", "no data"),
        ("status = 'rejected', accepted = 0, reason = 'torn'", "no data"),
        ("status = 'replaced'", "no data"),
        ("rows = 1, accepted = 0, quarantined = 1", "no data"),
        ("rows = 1, accepted = 1, quarantined = 0", "blocks"),
    ],
)
def test_an_empty_table_blocks_once_rows_were_delivered(
    planted: Callable[..., Path], delivery: str, verdict: str
) -> None:
    """D7: the floor fails as soon as a file in use has accepted rows; one that was quarantined whole stops no night."""
    warehouse = planted(
        "delete from capacity.hourly",
        f"update integrity.delivery set {delivery} where feed = 'capacity_snapshots'",
    )
    floor, *_ = run_suites(warehouse, [SUITES["capacity"]])
    assert (floor.name, floor.verdict) == ("hours_there", verdict)


def test_nothing_is_said_to_hold_of_an_empty_table(planted: Callable[..., Path]) -> None:
    outcomes = {one.name: one for one in run_suites(planted("delete from capacity.stop"), [SUITES["capacity"]])}
    assert {name for name, outcome in outcomes.items() if outcome.verdict == "no data"} == {
        "stop_ends_after_start", "stops_do_not_overlap"
    }  # fmt: skip
    assert outcomes["stops_do_not_overlap"].observed == "0 rows to judge"


def test_what_was_judged_is_counted(planted: Callable[..., Path]) -> None:
    warehouse = planted("update capacity.hourly set snapshots = 0 where rowid = 0")
    outcomes = {outcome.name: outcome for outcome in run_suites(warehouse, [SUITES["capacity"]])}
    every = outcomes["hours_there"].rows
    assert outcomes["hours_there"].observed == f"{every} rows"
    assert outcomes["hour_has_snapshots"].observed == f"1 unexpected row among {every} judged"
    assert outcomes["occupancy_known"].observed == f"no unexpected rows among {every} judged"


def test_missing_table_and_column_fail_and_say_so(planted: Callable[..., Path]) -> None:
    warehouse = planted("drop table kpi.definition", "alter table capacity.stop drop column minutes")
    outcomes = {outcome.name: outcome for outcome in run_suites(warehouse, [SUITES["kpi"], SUITES["capacity"]])}
    assert outcomes["definitions_there"].observed == "not judged: kpi.definition is not in the warehouse"
    assert "definition" in outcomes["value_is_numerator_over_denominator"].observed
    assert "minutes" in outcomes["stop_ends_after_start"].observed
    unanswered = [outcome for outcome in outcomes.values() if outcome.observed.startswith("not judged: ")]
    assert {outcome.name for outcome in unanswered} == {
        "definitions_there", "value_is_numerator_over_denominator", "stop_ends_after_start"
    }  # fmt: skip
    assert {outcome.verdict for outcome in unanswered} == {"blocks"}
    assert outcomes["hour_has_snapshots"].success and outcomes["withheld_never_alone"].success


def test_a_step_that_can_not_be_made_fails_who_reads_it_and_nothing_else(planted: Callable[..., Path]) -> None:
    warehouse = planted("alter table finance.declaration drop column service_month")
    outcomes = {outcome.name: outcome for outcome in run_suites(warehouse, [SUITES["declarations"]])}
    assert {name for name, outcome in outcomes.items() if not outcome.success} == {
        "sign_follows_kind", "patient_is_a_pseudonym", "month_of_care_is_a_month"
    }  # fmt: skip
    assert "service_month" in outcomes["sign_follows_kind"].observed


def test_no_patient_comes_out(planted: Callable[..., Path], caplog: pytest.LogCaptureFixture) -> None:
    """Every declaration is wrong in every way and its patient is a BSN: none is in an outcome or a log."""
    warehouse = planted(
        "update finance.declaration set patient_key = 123456782 + delivery_row, amount_eur = null, disputed_eur = null,"
        " insurer_uzovi = null, counted = null, covers_budget = null, service_month = null, debit_credit = patient_key",
        "insert into finance.declaration from finance.declaration",
    )
    with duckdb.connect(warehouse) as connection:
        patients = [
            key for (key,) in connection.execute("select distinct patient_key from finance.declaration").fetchall()
        ]
    with caplog.at_level(logging.DEBUG):
        outcomes = run_suites(warehouse, tuple(SUITES.values()))
    assert len(patients) == 9 and len(failed(outcomes)) > 5
    assert not [patient for patient in patients if patient in repr(outcomes) or patient in caplog.text]


def test_engine_error_shows_no_value(planted: Callable[..., Path]) -> None:
    """DuckDB's conversion errors quote the row; the outcome must not."""
    warehouse = planted("update finance.declaration set patient_key = '123456782'")
    query = "select declaration_id from {batch} where cast(patient_key || 'x' as integer) = 1"
    entry = SUITES["declarations"].expectations[1].model_copy(update={"query": query})
    (outcome,) = run_suites(warehouse, [with_expectations(SUITES["declarations"], entry)])
    assert not outcome.success
    assert outcome.observed == "not judged: the engine could not answer"


def test_five_rows_are_named_and_all_counted(planted: Callable[..., Path]) -> None:
    warehouse = planted("update finance.declaration set patient_key = 'x'")
    (outcome,) = run_suites(warehouse, [only(SUITES["declarations"], "patient_is_a_pseudonym")])
    assert (outcome.unexpected_count, len(outcome.examples)) == (9, 5)
    assert outcome.examples[0] == {"provider_agb": "10000001", "declaration_id": "C4"}


def test_warehouse_is_free_afterwards(planted: Callable[..., Path]) -> None:
    warehouse = planted()
    run_suites(warehouse, [SUITES["kpi"]])
    change(warehouse, "update kpi.value set n = 3 where suppressed")
    assert failed(run_suites(warehouse, [SUITES["kpi"]])) == {("kpi", "suppressed_shows_nothing")}


def test_nothing_is_written(planted: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = planted()
    monkeypatch.chdir(warehouse.parent)
    before = warehouse.read_bytes()
    run_suites(warehouse, tuple(SUITES.values()))
    assert warehouse.read_bytes() == before
    assert [path.name for path in warehouse.parent.iterdir()] == [warehouse.name]


def test_missing_busy_or_broken_warehouse_is_said_in_a_sentence(planted: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ZorgmartError, match="no warehouse"):
        run_suites(tmp_path / "absent.duckdb", [SUITES["kpi"]])
    broken = tmp_path / "broken.duckdb"
    broken.write_text("no database")
    with pytest.raises(ZorgmartError, match="can't be opened"):
        run_suites(broken, [SUITES["kpi"]])
    with duckdb.connect(planted()), pytest.raises(ZorgmartError, match="can't be opened"):
        run_suites(tmp_path / "warehouse.duckdb", [SUITES["kpi"]])


def test_great_expectations_decides(
    planted: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its suite says what holds: one that allows a row that is unexpected lets it pass."""
    warehouse = planted("update kpi.value set n = 3 where suppressed and region_code = 'Zwolle'")
    suite = yaml.safe_load(validate.SUITE.read_text(encoding="utf-8"))
    assert failed(run_suites(warehouse, [SUITES["kpi"]])) == {("kpi", "suppressed_shows_nothing")}
    suite["expectations"][1]["kwargs"]["max_value"] = 1
    monkeypatch.setattr(validate, "SUITE", tmp_path / "answers.yml")
    validate.SUITE.write_text(yaml.safe_dump(suite), encoding="utf-8")
    assert failed(run_suites(warehouse, [SUITES["kpi"]])) == set()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("expect_column_values_to_not_be_null", "expect_miracles", "does not take every expectation"),
        ("column: unexpected_count", "column: surprise", "could not validate expect_column_values_to_not_be_null"),
        ("max_value: 0", "max_value: many", "does not take the suite"),
    ],
)
def test_what_great_expectations_does_not_take_is_said(
    good_warehouse: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str, said: str
) -> None:
    broken = tmp_path / "answers.yml"
    broken.write_text(validate.SUITE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(validate, "SUITE", broken)
    with pytest.raises(ZorgmartError, match=rf"{said}.*answers\.yml.*mend"):
        run_suites(good_warehouse, [SUITES["kpi"]])
