"""A release waits for every suite in front of it: one that fails holds it back, and so does one that says nothing."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dagster_project.errors import HeldBack
from dagster_project.quality.outcome import Outcome
from dagster_project.quality.outcome_store import (
    DBT_TESTS,
    Judgement,
    keep,
    kept,
    require_judged,
    warehouse_state,
    without_data,
)
from dagster_project.quality.suites import load_suites
from dagster_project.settings import EXPECTATIONS

SUITES = load_suites(EXPECTATIONS)
NOW = Judgement("run", "state")


def keep_all(home: Path, *, failing: str = "", severity: str = "block") -> None:
    for suite in SUITES:
        good = suite.name != failing
        keep(home, suite.name, [Outcome(suite.name, "first", severity, good, "", 0, (), "It holds.")], NOW)
    for suite in DBT_TESTS:
        keep(home, suite, [Outcome(suite, "sum", "block", True, "", 0, (), "It holds.")], NOW)


def test_a_judged_run_goes_on(tmp_path: Path) -> None:
    keep_all(tmp_path)
    require_judged(tmp_path, SUITES, NOW)


def test_a_warning_holds_nothing_back(tmp_path: Path) -> None:
    keep_all(tmp_path, failing="capacity", severity="warn")
    require_judged(tmp_path, SUITES, NOW)


def test_a_failed_suite_holds_the_release_back(tmp_path: Path) -> None:
    keep_all(tmp_path, failing="capacity")
    with pytest.raises(HeldBack, match="capacity first"):
        require_judged(tmp_path, SUITES, NOW)


def test_a_suite_without_data_holds_nothing_back_and_is_told(tmp_path: Path) -> None:
    keep_all(tmp_path)
    assert without_data(tmp_path) == []
    silent = Outcome("capacity", "first", "block", True, "no row was delivered", 0, (), "It holds.", rows=0)
    keep(tmp_path, "capacity", [silent, silent], NOW)
    require_judged(tmp_path, SUITES, NOW)
    assert without_data(tmp_path) == ["capacity: 2 checks had nothing to judge (no row was delivered)"]


def test_a_suite_that_said_nothing_holds_the_release_back(tmp_path: Path) -> None:
    keep_all(tmp_path)
    (tmp_path / "checks" / "capacity.json").unlink()
    with pytest.raises(HeldBack, match="capacity were not judged"):
        require_judged(tmp_path, SUITES, NOW)


@pytest.mark.parametrize("suite", ["capacity", *DBT_TESTS])
@pytest.mark.parametrize("then", [Judgement("another run", "state"), Judgement("run", "another state")])
def test_what_another_run_or_another_warehouse_passed_holds_the_release_back(
    tmp_path: Path, suite: str, then: Judgement
) -> None:
    keep_all(tmp_path)
    keep(tmp_path, suite, [Outcome(suite, "first", "block", True, "", 0, (), "It holds.")], then)
    with pytest.raises(HeldBack, match=f"{suite} were not judged in this run on the warehouse as it is now"):
        require_judged(tmp_path, SUITES, NOW)
    assert suite not in {outcome.suite for outcome in kept(tmp_path, NOW)}


def test_what_an_earlier_version_kept_is_of_no_run(tmp_path: Path) -> None:
    keep_all(tmp_path)
    (tmp_path / "checks" / "capacity.json").write_text("[]", encoding="utf-8")
    with pytest.raises(HeldBack, match="capacity were not judged"):
        require_judged(tmp_path, SUITES, NOW)


def test_a_warehouse_that_is_written_is_in_another_state(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    states = [warehouse_state(warehouse)]
    for statement in ("create table t (i int)", "insert into t values (1)"):
        with duckdb.connect(warehouse) as connection:
            connection.execute(statement)
        states.append(warehouse_state(warehouse))
        with duckdb.connect(warehouse, read_only=True) as connection:
            connection.execute("from t")
        assert warehouse_state(warehouse) == states[-1]
    assert len(set(states)) == 3
