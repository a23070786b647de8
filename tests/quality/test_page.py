"""The quality page says every sentence and outcome, opens offline and lets no text through as markup."""

from __future__ import annotations

import re

from dagster_project.quality.outcome import Outcome
from dagster_project.quality.page import quality_page
from dagster_project.quality.suites import Suite


def outcome(suite: Suite, name: str, **change: object) -> Outcome:
    entry = next(entry for entry in suite.expectations if entry.name == name)
    given = {"success": True, "observed": "no unexpected rows", "unexpected_count": 0, "examples": ()}
    return Outcome(suite=suite.name, name=name, severity=entry.severity, sentence=entry.sentence, **(given | change))


def test_page_of_a_release_that_holds(suites: dict[str, Suite]) -> None:
    outcomes = [outcome(suite, entry.name) for suite in suites.values() for entry in suite.expectations]
    page = quality_page(tuple(suites.values()), outcomes, "2026-03-01-1f3a9c07")
    assert f"All {len(outcomes)} expectations and checks hold." in page
    assert page.count('<b class="holds">') == len(outcomes)
    assert suites["allocation"].expectations[2].sentence.replace("'", "&#39;") in page


def test_failures_are_named_with_their_rows(suites: dict[str, Suite]) -> None:
    row = {"provider_agb": "10000001", "found": "<i>"}
    failed = outcome(
        suites["kpi"], "suppressed_shows_nothing", success=False, observed="1 unexpected rows", examples=(row,)
    )
    warned = outcome(suites["budget_signals"], "zco_without_capacity", success=False)
    check = Outcome("totals", "unique_key", "block", False, "2 rows", 2, (), "A line counts once.")
    page = quality_page(tuple(suites.values()), [failed, warned, check], "r")
    assert "Of 3 expectations and checks 0 hold,\n1 warn, 2 block the release and 0 had no data to judge." in page
    assert "provider_agb 10000001, found &lt;i&gt;" in page
    assert "A line counts once." in page


def test_what_had_no_data_does_not_hold(suites: dict[str, Suite]) -> None:
    """Named at the top once per suite and reason, and never counted as holding."""
    nothing = {"observed": "no row of capacity_snapshots was delivered yet", "rows": 0}
    silent = [outcome(suites["capacity"], entry.name, **nothing) for entry in suites["capacity"].expectations]
    page = quality_page(
        tuple(suites.values()), [*silent, outcome(suites["kpi"], "suppressed_shows_nothing", rows=3)], "r"
    )
    assert f"Of {len(silent) + 1} expectations and checks 1 hold," in page
    assert f"0 block the release and {len(silent)} had no data to judge." in page
    assert f"Capacity</a>: {len(silent)} of {len(silent)} (no row of capacity_snapshots was delivered yet)" in page
    assert page.count('<b class="no-data">no data</b>') == len(silent) + 1
    assert page.count('<b class="holds">holds</b>') == 1


def test_page_asks_nothing_outside_itself(suites: dict[str, Suite]) -> None:
    page = quality_page(tuple(suites.values()), [outcome(suites["kpi"], "suppressed_shows_nothing")], "r")
    assert not re.search(r"https?:|//|<script|<link|@import|url\(", page)
    assert set(re.findall(r'href="(.)', page)) <= {"#"}
