"""A release waits for every suite in front of it: one that fails holds it back, and so does one that says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.errors import HeldBack
from dagster_project.quality import book
from dagster_project.quality.outcome import Outcome
from dagster_project.quality.suites import load_suites
from dagster_project.settings import EXPECTATIONS

SUITES = load_suites(EXPECTATIONS)


def keep_all(home: Path, *, failing: str = "", severity: str = "block") -> None:
    for suite in SUITES:
        good = suite.name != failing
        book.keep(home, suite.name, [Outcome(suite.name, "first", severity, good, "", 0, (), "It holds.")])


def test_a_judged_run_goes_on(tmp_path: Path) -> None:
    keep_all(tmp_path)
    book.require_judged(tmp_path, SUITES)


def test_a_warning_holds_nothing_back(tmp_path: Path) -> None:
    keep_all(tmp_path, failing="capacity", severity="warn")
    book.require_judged(tmp_path, SUITES)


def test_a_failed_suite_holds_the_release_back(tmp_path: Path) -> None:
    keep_all(tmp_path, failing="capacity")
    with pytest.raises(HeldBack, match="capacity first"):
        book.require_judged(tmp_path, SUITES)


def test_a_suite_without_data_holds_nothing_back_and_is_told(tmp_path: Path) -> None:
    keep_all(tmp_path)
    assert book.without_data(tmp_path) == []
    silent = Outcome("capacity", "first", "block", True, "no row was delivered", 0, (), "It holds.", rows=0)
    book.keep(tmp_path, "capacity", [silent, silent])
    book.require_judged(tmp_path, SUITES)
    assert book.without_data(tmp_path) == ["capacity: 2 checks had nothing to judge (no row was delivered)"]


def test_a_suite_that_said_nothing_holds_the_release_back(tmp_path: Path) -> None:
    keep_all(tmp_path)
    (tmp_path / "checks" / "capacity.json").unlink()
    with pytest.raises(HeldBack, match="capacity were not judged"):
        book.require_judged(tmp_path, SUITES)
