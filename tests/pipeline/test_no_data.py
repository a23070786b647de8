"""Of what was not delivered nothing is said to hold: a night without it publishes, and says what it could not judge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from oracle import tiny

from .conftest import Command
from .homes import KEY, Home

SILENT = {"allocation", "budget_signals", "capacity", "capacity_signals", "declarations", "double_funding_guard",
          "double_funding_warnings", "kpi", "kpi_signals"}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home", tmp_path / "landing", KEY)


def test_a_first_night_of_reference_feeds_alone(home: Home, zorgmart: Command) -> None:
    tiny.write_tiny(home.landing, budgets=[])
    code, out, err = zorgmart("run", **home.variables)
    assert code == 0, err
    said = [line for line in out.splitlines() if line.startswith("no data: ")]
    assert {line.split(": ")[1] for line in said} == {*SILENT, "relations", "totals"}
    assert any("capacity: 5 checks had nothing to judge (no row of capacity_snapshots" in line for line in said)
    checks = json.loads((home.release.path / "manifest.json").read_text(encoding="utf-8"))["checks"]
    judged = {check["outcome"] for check in checks if check["name"].split(".")[0] in SILENT}
    assert judged == {"no_data"}
    assert {check["outcome"] for check in checks if check["name"].startswith("deliveries.")} == {"passed"}
    page = (home.release.path / "quality.html").read_text(encoding="utf-8")
    assert "expectations and checks hold." not in page and '<b class="no-data">' in page
    assert "geen gegevens om te beoordelen" in (home.release.path / "report.html").read_text(encoding="utf-8")


def test_declarations_that_all_wait_leave_the_guard_without_data(home: Home, zorgmart: Command) -> None:
    """D7: an expectation is true of nothing, so of declarations that wait for their provider none is said to hold."""
    tiny.write_tiny(home.landing, providers=[], declarations=[tiny.declaration("d1")])
    code, out, err = zorgmart("run", **home.variables)
    assert code == 0, err
    assert "no data: double_funding_guard: " in out
