"""What the Dagster UI shows of a release."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import duckdb

from dagster_project.monitor.dashboard import changes_view, charts_view, scorecard_view
from dagster_project.monitor.markdown import markdown_table
from dagster_project.monitor.released import Released
from dagster_project.monitor.scorecard import scorecard, usual_period

from .conftest import CHECKS

TOLD = {
    "checks": list(CHECKS),
    "moved_against": "2026-02-28-00000000",
    "moved": [
        {"figure": "revenue_eur 2026 noord", "before": "1234567.10", "after": "1234467.05"},
        {"figure": "findings R01", "before": None, "after": "3"},
    ],
    "deliveries_new": [{"feed": "declarations"}],
    "deliveries_gone": [],
}


def test_a_month_is_whole_from_its_last_day_on(database: Path) -> None:
    def shown_on(as_of: date) -> str:
        with duckdb.connect(database, read_only=True) as connection:
            return usual_period(scorecard(Released(connection, as_of)))

    assert shown_on(date(2026, 2, 28)) == shown_on(date(2026, 3, 1)) == "februari 2026"
    assert shown_on(date(2026, 2, 27)) != "februari 2026"


def test_scorecard(released: Released) -> None:
    view = scorecard_view(released)
    text = view.texts["Scorekaart (scorecard)"]
    assert "Stand van februari 2026" in text
    answered = "(Calls answered <b>fast</b>) | ≥ 75,0% | 80,5% ◆ ✓ | 70,5% ▲ ✗ | 90,5% ■ ✓ | \\<n |"
    assert f"| Oproepen binnen 2 minuten {answered}" in text
    assert "| Bezetting, IC | context | 80,5% ✚ |  |  |  |" in text
    assert "| Tevredenheid (Satisfaction) | hoger is beter | geen gegevens |  |  |  |" in text
    definitions = view.texts["Hoe elke KPI is gedefinieerd (definitions)"].splitlines()[2:]
    assert [line.split(" | ")[1] for line in definitions][:3] == ["Oproepen binnen 2 minuten", "SEH-stops", "Bezetting"]
    assert view.numbers["SEH-stops (Emergency department stops)"] == 1234.5
    assert all(isinstance(number, float) for number in view.numbers.values())


def test_a_picture_per_kpi_with_its_words(released: Released) -> None:
    texts = charts_view(released).texts
    assert list(texts) == ["Oproepen binnen 2 minuten (Calls answered <b>fast</b>)", "Bezetting (Occupancy)"]
    for text in texts.values():
        drawn = ElementTree.fromstring(base64.b64decode(text.split("svg+xml;base64,")[1].split(")")[0]))
        assert drawn.tag == "{http://www.w3.org/2000/svg}svg" and len(list(drawn.iter())) > 50
        assert text.startswith("februari 2026") or text.startswith("SEH: februari 2026")


def test_what_moved_and_what_warns(released: Released) -> None:
    view = changes_view(released, TOLD)
    moved, warned, year_end, findings, ledger, payers, plan = view.texts.values()
    assert "| noord | 2026 | 1.200,00 | 200,00 | 1.500,00 | 1.300,00 | 1.700,00 | boven budget (above) |" in year_end
    assert (
        "| noord | triage | 2026-01-01 | 00000001 | 00000002 | 5.000,00 | 3.000,00 | 9.000,00 | 5.000,25 | cleared |"
        in ledger
    )
    assert "| 2025 | insurer | 2 | 1.000.000,00 | 900.000,75 | 99.999,50 |" in payers
    assert "| LCPS | 2025 | under_study | 7.000.000,00 | – | 7.000.000,00 |" in plan
    assert (
        "Sinds release (since) 2026-02-28-00000000: 2 cijfers bewogen; 1 nieuwe leveringen (new), 0 weg (gone)" in moved
    )
    assert "| revenue_eur 2026 noord | 1.234.567,10 | 1.234.467,05 | −100,05 |" in moved
    assert "| findings R01 | – | 3 | – |" in moved
    assert "| budget_signals.margin | warned | A margin & <more>. |" in warned and "parts_sum" not in warned
    side = "Huisartsenpost Noord 00000001 D1 | Zorgcoördinatie Zwolle 00000002 D2 | 30,50 | 20,25"
    assert f"| R04 | Dezelfde functie is in twee sectoren gedeclareerd. | hard | open | {side} |" in findings
    assert "canary" not in findings
    assert view.numbers == {
        "Realisatie dit jaar, % (realisation this year)": 16.6667,
        "Open bevindingen dubbele bekostiging (open findings)": 1.0,
        "Uit de omzet gehouden, € (kept out of revenue)": 61.5,
        "Rijen in quarantaine (quarantined rows)": 5.0,
        "Geweigerde bestanden (rejected files)": 1.0,
        "Aantal controles dat waarschuwt (number of checks that warn)": 1.0,
        "Aantal cijfers dat bewoog (number of figures that moved)": 2.0,
    }
    assert not view.numbers.keys() & view.texts.keys()


def test_a_first_release_and_one_that_moved_nothing(released: Released) -> None:
    first = changes_view(released, TOLD | {"moved_against": None, "moved": []})
    assert "eerste release" in first.texts["Wat bewoog (what moved)"]
    still = changes_view(released, TOLD | {"moved": [], "checks": CHECKS[:1]})
    assert "Niets bewoog" in still.texts["Wat bewoog (what moved)"]
    assert "Alle controles houden stand" in still.texts["Controles die waarschuwen (checks that warn)"]


def test_a_check_without_data_is_listed_and_warns_of_nothing(released: Released) -> None:
    silent = {"name": "capacity.hours_there", "outcome": "no_data", "sentence": "Hours."}
    view = changes_view(released, TOLD | {"checks": [CHECKS[0], silent]})
    assert "| capacity.hours_there | no_data | Hours. |" in view.texts["Controles die waarschuwen (checks that warn)"]
    assert view.numbers["Aantal controles dat waarschuwt (number of checks that warn)"] == 0


def test_a_cell_cannot_break_its_table() -> None:
    assert markdown_table(["a"], [["x|y\nz"]]) == "| a |\n| --- |\n| x\\|y z |"
