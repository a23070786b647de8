"""Published cases of cell suppression, through the project's own models and through the attack.

A case is a table of counts: regions by quarters (or regions alone), with its totals. The counts are placements, so that
the attacker counts people and calls; the models choose for themselves what to withhold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .attack import Attack, Cell, Figures, least_together
from .rendered import build, seed
from .test_suppression import CALLS, CONTACTS, COUNTS, Release

KPI = "calls_per_placement"
CALLS_EACH = 3
CELL = ("kpi_id", "region_code", "unit", "period_type", "period_start")
Counts = Mapping[tuple[str, int], int]
"""Placements by region and month of 2025."""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        seed(connection, "kpi_definition")
        seed(connection, "performance_code_role")
        build(connection, "int_periods")
        yield connection


@pytest.fixture
def cases(shared_folder: Path) -> dict[str, dict]:
    listed = json.loads((shared_folder / "golden" / "suppression.json").read_text(encoding="utf-8"))
    return {case["name"]: case for case in listed}


def _released(connection: duckdb.DuckDBPyConnection, threshold: int, units: Mapping[str, Counts]) -> Release:
    """What is published of the counts of each unit, at the threshold; `all` is a unit like another."""
    connection.execute("update kpi_definition set minimum_n = ? where family = 'placements'", [threshold])
    release = Release(connection, CALLS)
    for unit, counts in units.items():
        connection.execute(f"create or replace temp table int_contacts_monthly ({CONTACTS})")
        rows = [(region, date(2025, month, 1), n, CALLS_EACH * n) for (region, month), n in counts.items() if n]
        zeros = (0,) * 6
        for region, month, placements, calls in rows:
            connection.execute(
                "insert into int_contacts_monthly (region_code, month, placements, placement_calls, regular_offered,"
                " regular_within_2min, regular_within_10min, emergency_offered, emergency_within_30s, abandoned)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [region, month, placements, calls, *zeros],
            )
        release.add(unit)
    release.withhold()
    return release


def _shown(release: Release, unit: str) -> dict[Cell, Figures]:
    return {cell: figures for cell, figures in release.cells(unit).items() if cell[0] == KPI}


def _withheld(cells: Mapping[Cell, Figures], period: str) -> set[tuple[str, int]]:
    return {(cell[1], cell[4].month) for cell, figures in cells.items() if cell[3] == period and figures[0] is None}


@pytest.mark.parametrize("name", ["one_dimension_with_total", "single_small", "nothing_small"])
def test_a_table_of_one_dimension(cases: dict[str, dict], connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """The small cell and the smallest other one are withheld, nothing where nothing is small, never a total."""
    case = cases[name]
    cells = case["cells"] if isinstance(case["cells"], dict) else dict(enumerate(case["cells"]))
    release = _released(connection, case["threshold"], {"1": {(str(region), 1): n for region, n in cells.items()}})
    shown = _shown(release, "1")
    withheld = {region for region, _ in _withheld(shown, "year")}
    if "primary" in case:
        assert withheld == {*case["primary"], *case["secondary"]}
    else:
        assert len(withheld) == case["suppressed_count"]
    assert "NL" not in withheld and not Attack(shown, release.kinds).found_out()


def _golden_table(case: dict) -> Counts:
    """The table as regions by quarters: what a quarter has is in its first month."""
    return {
        (region, 3 * column + 1): n
        for region, row in zip(case["rows"], case["values"], strict=True)
        for column, n in enumerate(row)
    }


def test_two_by_two_is_not_enough(cases: dict[str, dict], connection: duckdb.DuckDBPyConnection) -> None:
    """A pattern that hides none or two in every row and column, and yet one cell is exact: the attack finds it."""
    case = cases["two_way_4x4_exact_recovery"]
    release = _released(connection, 0, {"1": _golden_table(case)})
    quarter = {column: date(2025, 3 * index + 1, 1) for index, column in enumerate(case["cols"])}
    hidden = {(region, quarter[column]) for region, column in case["suppressed"]}
    shown = {
        cell: (None, None, None) if cell[1::3] in hidden else figures
        for cell, figures in _shown(release, "1").items()
        if cell[3] != "month"
    }
    found = {(cell[1], cell[4]) for cell, quantity in Attack(shown, release.kinds).found_out() if quantity == "n"}
    assert found == {("w", quarter["b"])}


def test_the_models_hide_the_small_cell_of_that_table(
    cases: dict[str, dict], connection: duckdb.DuckDBPyConnection
) -> None:
    table = _golden_table(cases["two_way_4x4_exact_recovery"])
    release = _released(connection, 10, {"1": table})
    shown = _shown(release, "1")
    assert ("x", 7) in _withheld(shown, "quarter")
    assert not Attack(shown, release.kinds).found_out()


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param({("a", 1): 3, ("b", 1): 4, ("c", 1): 50, ("d", 1): 60}, id="regions of a month"),
        pytest.param(
            {(r, m): {("a", 1): 3, ("a", 2): 4}.get((r, m), 30 + m) for r in "abcd" for m in (1, 2, 3)},
            id="months of a region",
        ),
        pytest.param(
            {(r, m): {("a", 1): 3, ("b", 1): 4}.get((r, m), 30 + m) for r in "abcd" for m in (1, 4, 7)},
            id="regions of a quarter",
        ),
        pytest.param(
            {
                (r, m): {("a", 1): 1, ("b", 1): 2, ("a", 4): 3, ("b", 5): 4}.get((r, m), 12)
                for r in "abcd"
                for m in range(1, 7)
            },
            id="regions and months",
        ),
    ],
)
def test_two_small_cells_together_are_a_small_cell(connection: duckdb.DuckDBPyConnection, counts: Counts) -> None:
    """Two small cells that hide each other still give their sum away, which must be of enough people too."""
    release = _released(connection, 10, {"1": counts})
    naive = {c: f for c, f in release.cells("1", naive=True).items() if c[0] == KPI}
    assert 0 < least_together(naive) < 10
    shown = _shown(release, "1")
    assert least_together(shown) >= 10 and not Attack(shown, release.kinds).found_out()
    assert any(cell[1] == "NL" and figures[0] is not None for cell, figures in shown.items())


def _with_all(units: Mapping[str, Counts]) -> dict[str, Counts]:
    """The units, and what they have together."""
    return {**units, "all": {place: sum(counts[place] for counts in units.values()) for place in units["U0"]}}


def test_two_groupings_that_are_safe_apart_are_safe_together(connection: duckdb.DuckDBPyConnection) -> None:
    """Per unit and of all units: each hides its own small cells, and the one less the other tells nothing."""
    places = [(region, month) for region in "abcd" for month in (1, 2, 3)]
    urgent = {place: 4 if place == ("a", 2) else 20 + place[1] for place in places}
    regular = {place: 100 + 10 * place[1] for place in places}
    units = _with_all({"U0": urgent, "U1": regular})
    release = _released(connection, 10, units)
    shown = {cell: figures for unit in units for cell, figures in _shown(release, unit).items()}
    apart = [{cell: figures for cell, figures in shown.items() if cell[2] == unit} for unit in units]
    naive = {
        cell: release.cells("all", naive=True)[cell] if cell[2] == "all" else figures for cell, figures in shown.items()
    }
    assert Attack(naive, release.kinds).found_out()
    assert not [found for cells in (*apart, shown) if (found := Attack(cells, release.kinds).found_out())]
    assert ("NL", 1) not in _withheld(shown, "year")


@settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(counts=st.lists(COUNTS, min_size=34, max_size=34), regions=st.integers(1, 4))
def test_no_grouping_gives_another_away(connection: duckdb.DuckDBPyConnection, counts: list[int], regions: int) -> None:
    places = [(region, month) for region in "abcd"[:regions] for month in (1, 2, 3, 4)]
    units = _with_all({f"U{u}": dict(zip(places, counts[18 * u :], strict=False)) for u in range(2)})
    release = _released(connection, 10, units)
    shown = {cell: figures for unit in units for cell, figures in _shown(release, unit).items()}
    small = connection.execute(f"select {', '.join(CELL)} from int_kpi_periods where n < 10").fetchall()
    assert not {cell for cell, _ in Attack(shown, release.kinds).found_out()} & set(small)
