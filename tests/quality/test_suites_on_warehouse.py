"""Every suite holds on a good warehouse, fails on an empty table and on each planted fault, and shows no patient."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import yaml

from dagster_project.errors import ZorgmartError
from dagster_project.quality.outcome import Outcome, share
from dagster_project.quality.run import run_suites
from dagster_project.quality.suites import FLOOR, Suite, load_suites

from .conftest import EXPECTATIONS, HERE, change

SUITES = {suite.name: suite for suite in load_suites(EXPECTATIONS)}
FAULTS = [
    (suite, name, statement)
    for suite, by_name in yaml.safe_load((HERE / "faults.yml").read_text(encoding="utf-8")).items()
    for name, statements in by_name.items()
    for statement in statements
]
FLOORS = [
    (suite.name, entry.name, entry.table)
    for suite in SUITES.values()
    for entry in suite.expectations
    if entry.type == FLOOR
]


def only(suite: Suite, name: str) -> Suite:
    return replace(suite, expectations=tuple(entry for entry in suite.expectations if entry.name == name))


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


def test_nothing_is_said_to_hold_of_an_empty_table_or_column(planted: Callable[..., Path]) -> None:
    warehouse = planted("delete from capacity.stop", "update capacity.hourly set worst_status = null")
    outcomes = {outcome.name: outcome for outcome in run_suites(warehouse, [SUITES["capacity"]])}
    assert {name for name, outcome in outcomes.items() if outcome.verdict == "no data"} == {
        "stop_ends_after_start", "stops_do_not_overlap", "worst_status_known"
    }  # fmt: skip
    assert outcomes["stops_do_not_overlap"].observed == "0 rows to judge"
    assert outcomes["worst_status_known"].observed.startswith("worst_status is empty in all ")
    assert outcomes["worst_status_given"].verdict == "blocks"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 9, "0 %"),
        (9, 9, "100 %"),
        (1, 9, "11.11 %"),
        (1, 10_000_000, "< 0.01 %"),
        (9_999_999, 10_000_000, "> 99.99 %"),
    ],
)
def test_one_row_in_ten_million_is_not_nothing(part: int, whole: int, shown: str) -> None:
    assert share(part, whole) == shown


def test_what_was_judged_is_counted(planted: Callable[..., Path]) -> None:
    warehouse = planted("update capacity.hourly set worst_status = null where rowid = 0")
    outcomes = {outcome.name: outcome for outcome in run_suites(warehouse, [SUITES["capacity"]])}
    every = outcomes["hours_there"].rows
    assert outcomes["worst_status_given"].observed == f"1 of {every} rows unexpected ({share(1, every)})"
    assert outcomes["worst_status_known"].observed == f"none of {every - 1} rows unexpected"
    assert outcomes["hour_listed_once"].observed == f"no unexpected rows among {every} judged"


def test_missing_table_and_column_fail_and_say_so(planted: Callable[..., Path]) -> None:
    warehouse = planted("drop table kpi.definition", "alter table capacity.stop drop column minutes")
    outcomes = {outcome.name: outcome for outcome in run_suites(warehouse, [SUITES["kpi"], SUITES["capacity"]])}
    assert outcomes["definitions_there"].observed == "not judged: kpi.definition is not in the warehouse"
    assert "definition" in outcomes["kpi_defined"].observed
    assert "minutes" in outcomes["stop_ends_after_start"].observed
    assert not outcomes["kpi_defined"].success and not outcomes["stop_ends_after_start"].success
    assert outcomes["hour_listed_once"].success and outcomes["value_listed_once"].success


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
    assert len(patients) == 9 and len(failed(outcomes)) > 10
    assert not [patient for patient in patients if patient in repr(outcomes) or patient in caplog.text]


def test_engine_error_shows_no_value(planted: Callable[..., Path]) -> None:
    """DuckDB's conversion errors quote the row; the outcome must not."""
    warehouse = planted("update finance.declaration set patient_key = '123456782'")
    query = "select declaration_id from {batch} where cast(patient_key || 'x' as integer) = 1"
    suite = only(SUITES["declarations"], "declared_once")
    entry = replace(suite.expectations[0], kwargs={"unexpected_rows_query": query})
    (outcome,) = run_suites(warehouse, [replace(suite, expectations=(entry,))])
    assert not outcome.success
    assert outcome.observed == "not judged: the engine could not answer"


def test_rows_of_a_failing_column_are_named_by_their_keys(planted: Callable[..., Path]) -> None:
    warehouse = planted("update finance.declaration set insurer_uzovi = null where declaration_id = 'D5'")
    (outcome,) = run_suites(warehouse, [only(SUITES["declarations"], "insurer_given")])
    assert outcome.examples == ({"provider_agb": "20000002", "declaration_id": "D5"},)
    assert (outcome.unexpected_count, outcome.observed) == (1, "1 of 9 rows unexpected (11.11 %)")


def test_five_rows_are_named_and_all_counted(planted: Callable[..., Path]) -> None:
    warehouse = planted("update finance.declaration set patient_key = 'x'")
    (outcome,) = run_suites(warehouse, [only(SUITES["declarations"], "patient_is_a_pseudonym")])
    assert (outcome.unexpected_count, len(outcome.examples)) == (9, 5)
    assert outcome.examples[0] == {"provider_agb": "10000001", "declaration_id": "C4"}


def test_warehouse_is_free_afterwards(planted: Callable[..., Path]) -> None:
    warehouse = planted()
    run_suites(warehouse, [SUITES["kpi"]])
    change(warehouse, "insert into kpi.value from kpi.value")
    assert failed(run_suites(warehouse, [SUITES["kpi"]])) == {("kpi", "value_listed_once")}


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


@pytest.mark.parametrize(
    "change_to",
    [{"type": "expect_miracles"}, {"type": FLOOR, "kwargs": {"min_value": "many"}}, {"kwargs": {"colum": 1}}],
)
def test_what_great_expectations_does_not_take_is_said(good_warehouse: Path, change_to: dict) -> None:
    suite = only(SUITES["declarations"], "amount_given")
    wrong = replace(suite, expectations=(replace(suite.expectations[0], **change_to),))
    with pytest.raises(ZorgmartError, match=r"expectation amount_given: .* mend expectations/declarations\.yml"):
        run_suites(good_warehouse, [wrong])
