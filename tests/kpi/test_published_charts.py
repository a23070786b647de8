"""Control charts of the models beside published ones.

NHS England, A&E attendances and emergency admissions, monthly (Open Government Licence v3); the rules' vectors are
those of the NHS package for "Making Data Count" (NHSRplotthedots), and assurance is as its guide has it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from .rendered import build, seed

MODELS = ("int_chart_months", "int_chart_points", "int_chart_signals", "control_chart")
FIRST = date(2016, 1, 1)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        seed(connection, "kpi_definition")
        connection.execute("create temp table stg_run as select date '2099-12-31' as as_of")
        connection.execute(
            "create temp table int_kpis_withheld (kpi_id varchar, region_code varchar, months_withheld boolean)"
        )
        connection.execute(
            "create temp table stg_kpi_rebasings (kpi_id varchar, region_code varchar, unit varchar, from_month date)"
        )
        connection.execute(
            "create temp table value (kpi_id varchar, region_code varchar, unit varchar, period_type varchar,"
            " period_start date, value double, target double, partial boolean,"
            " provisional boolean)"
        )
        yield connection


def month(number: int) -> date:
    return date(FIRST.year + number // 12, number % 12 + 1, 1)


def charted(
    connection: duckdb.DuckDBPyConnection,
    values: list[float],
    *,
    kpi: str = "self_care",
    target: float | None = None,
    rebased_at: int | None = None,
) -> list[dict]:
    """The rows of one chart of the values, month after month, begun again at a place of them."""
    rows = [(kpi, "r", "all", "month", month(i), value, target) for i, value in enumerate(values)]
    connection.executemany("insert into value values (?, ?, ?, ?, ?, ?, ?, false, false)", rows)
    if rebased_at is not None:
        connection.execute("insert into stg_kpi_rebasings values (?, 'all', 'all', ?)", [kpi, month(rebased_at)])
    build(connection, *MODELS)
    found = connection.execute("from control_chart order by month")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def marked(rows: list[dict], cause: str) -> list[int]:
    return [place for place, row in enumerate(rows) if row["special_cause"] == cause]


def test_one_point_of_the_published_vector_is_outside(connection: duckdb.DuckDBPyConnection) -> None:
    rows = charted(connection, [1, 2, 1, 2, 10, *[1, 2] * 6, 1])
    found = [rows[0][name] for name in ("centre", "lower_limit", "upper_limit")]
    assert found == pytest.approx([1.9444, -3.0626, 6.9515], abs=0.00005)
    assert marked(rows, "outside_limits") == [4]
    assert {row["special_cause"] for row in rows} == {None, "outside_limits"}


@pytest.mark.parametrize(
    ("values", "places"),
    [
        (range(1, 8), range(7)),
        ((2, *range(1, 8), 3), range(1, 8)),
        (range(7, 0, -1), range(7)),
        ((1, 2, 3, 3, 4, 5, 6), ()),
        ((1, 2, 3, 3, 4, 5, 6, 7), (0, 1, 2, 4, 5, 6, 7)),
    ],
)
def test_trends_are_those_of_the_published_vectors(
    connection: duckdb.DuckDBPyConnection, values: range | tuple, places: range | tuple
) -> None:
    rows = charted(connection, list(values))
    trend = {place for place, row in enumerate(rows) if row["special_cause"] == "trend"}
    outside = set(marked(rows, "outside_limits"))
    assert trend | outside >= set(places) and trend <= set(places)


def test_the_whole_run_of_a_shift_is_marked(connection: duckdb.DuckDBPyConnection) -> None:
    rows = charted(connection, [5, 6, 5, 6, 5, 6, 5, 6, -40])
    assert marked(rows, "shift") == list(range(8))


def test_points_near_opposite_limits_are_common_cause(connection: duckdb.DuckDBPyConnection) -> None:
    rows = charted(connection, [*[1, -1] * 7, 5.5, -5.5])
    assert {row["special_cause"] for row in rows} == {None}


def test_two_of_three_near_one_limit_are_marked_and_not_what_is_between(connection: duckdb.DuckDBPyConnection) -> None:
    rows = charted(connection, [*[0, 20, 0, -20] * 6, 60, 9, 60, -20, 0, -20, 0])
    assert marked(rows, "two_of_three") == [24, 26]


@pytest.mark.parametrize(
    ("kpi", "low", "high", "said"),
    [
        ("answer_regular_2min", 1, 3, "fails"),
        ("answer_regular_2min", 5, 7, "passes"),
        ("answer_regular_2min", 1, 5, "hit_and_miss"),
        ("abandoned", 1, 3, "passes"),
        ("abandoned", 5, 7, "fails"),
        ("abandoned", 1, 5, "hit_and_miss"),
    ],
)
def test_assurance_compares_the_limits_with_the_target(
    connection: duckdb.DuckDBPyConnection, kpi: str, low: float, high: float, said: str
) -> None:
    middle, step = (low + high) / 2, (high - low) / 2 / 2.66
    # Steps of `step` alone: limits at low and high.
    values = [middle - step / 2, middle + step / 2] * 7
    rows = charted(connection, values, kpi=kpi, target=4)
    assert (rows[0]["lower_limit"], rows[0]["upper_limit"]) == pytest.approx((low, high))
    assert {row["assurance"] for row in rows} == {said}


def test_after_a_rebasing_the_last_part_decides(connection: duckdb.DuckDBPyConnection) -> None:
    rows = charted(connection, [*[1, 2] * 6, *[6, 7] * 3], kpi="answer_regular_2min", target=4, rebased_at=12)
    before, after = rows[:12], rows[12:]
    assert {(row["centre"], row["assurance"], row["trial"], row["rebased_from"]) for row in before} == {
        (1.5, None, False, None)
    }
    assert {row["rebased_from"] for row in after} == {month(12)} and {row["centre"] for row in after} == {6.5}
    assert {(row["assurance"], row["trial"]) for row in after} == {("hit_and_miss", True)}
    assert {row["special_cause"] for row in rows} == {None}, "the step between the parts is no signal"


@pytest.mark.parametrize(
    ("trust", "expected", "special"),
    [
        ("RQM", (1545.17, 636.72, 2453.61), {"outside_limits": ["2016-12", "2017-01"]}),
        ("RRK", (1711.88, 749.07, 2674.68), {"shift": [f"2017-{number:02d}" for number in range(2, 10)]}),
    ],
)
def test_emergency_breaches_of_two_trusts(
    connection: duckdb.DuckDBPyConnection, shared_folder: Path, trust: str, expected: tuple, special: dict
) -> None:
    months, values = series(shared_folder, trust)
    rows = charted(connection, values)
    found = [rows[0][name] for name in ("centre", "lower_limit", "upper_limit")]
    assert found == pytest.approx(expected, abs=0.0051)
    causes = {row["special_cause"] for row in rows} - {None}
    assert {cause: [months[place] for place in marked(rows, cause)] for cause in causes} == special


def series(folder: Path, trust: str) -> tuple[list[str], list[float]]:
    """Months and breaches of a trust's type-1 departments from April 2016 to March 2018."""
    path = folder / "golden" / "nhs_ae_xmr_series.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["org_code"] == trust and row["type"] == "1"]
    kept = [row for row in rows if "2016-04" <= row["period"][:7] <= "2018-03"]
    return [row["period"][:7] for row in kept], [float(row["breaches"]) for row in kept]
