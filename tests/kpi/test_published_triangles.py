"""Completion of months by the models beside published run-off triangles.

Taylor and Ashe (1983), of the Reinsurance Association of America (in Mack 1994, with a fall), and Merz and Wüthrich
(2008); volume-weighted factors and forecasts of the same triangles by the package chainladder (Python).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from .rendered import build

MODELS = ("int_development_cells", "int_development_links", "int_development_factors", "int_completion_factors")
TRIANGLES = ("genins", "raa", "mw2008")
CENTS = 100


def month(number: int) -> date:
    """The months of care of a triangle begin in 2020, when its deliveries had gone on for years."""
    return date(2020 + number // 12, number % 12 + 1, 1)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(
            "create temp table int_development_increments (measure varchar, provider_agb varchar, sector varchar,"
            " region_code varchar, month date, known_month date, amount bigint);"
            "create temp table int_development_starts (scope varchar, owner varchar, first_month date);"
            "create temp table stg_run (as_of date)"
        )
        yield connection


def _table(folder: Path, name: str, triangle: str) -> list[dict[str, str]]:
    with (folder / "golden" / f"chainladder_{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["triangle"] == triangle]


def completed(
    connection: duckdb.DuckDBPyConnection, folder: Path, triangle: str, *, without: int = 0
) -> tuple[list[float], list[tuple[int, float, float, int]]]:
    """The factors by delay, and per origin its number, latest amount, completed amount and latest delay.

    A year of the triangle is a month here. `without` takes the last diagonals away: the day of the run is before them.
    """
    rows = _table(folder, "triangles", triangle)
    first = min(int(row["origin"]) for row in rows)
    cells = {(int(row["origin"]) - first, int(row["dev_index"]) - 1): round(float(row["cumulative"]) * CENTS)
             for row in rows if row["cumulative"]}  # fmt: skip
    connection.executemany(
        "insert into int_development_increments values ('net_cents', 'p', 's', 'r', ?, ?, ?)",
        [(month(i), month(i + d), amount - cells.get((i, d - 1), 0)) for (i, d), amount in cells.items()],
    )
    last = max(i + d for i, d in cells) - without
    connection.execute("insert into int_development_starts values ('provider', 'p', ?), ('sector', 's', ?)",
                       [date(2010, 1, 1)] * 2)  # fmt: skip
    connection.execute("insert into stg_run values (last_day(cast(? as date)))", [month(last)])
    build(connection, *MODELS)
    at = "where cut = (select max(cut) from int_completion_factors) and scope = 'provider'"
    factors = connection.execute(f"select factor from int_development_factors {at} order by delay").fetchall()
    origins = connection.execute(
        "select date_diff('month', date '2020-01-01', c.month), c.amount / 100, c.amount * f.remaining / 100, c.delay"
        " from (from int_development_cells qualify delay = max(delay) over (partition by month)) as c"
        f" inner join (from int_completion_factors {at}) as f on c.delay = f.delay order by c.month"
    ).fetchall()
    return [factor for (factor,) in factors], origins


@pytest.mark.parametrize("triangle", TRIANGLES)
def test_factors_are_those_published(connection, shared_folder: Path, triangle: str) -> None:
    factors, _ = completed(connection, shared_folder, triangle)
    published = [float(row["volume_weighted_factor"]) for row in _table(shared_folder, "factors", triangle)]
    assert factors[: len(published)] == pytest.approx(published, rel=1e-7)
    assert factors[len(published) :] == [1]


@pytest.mark.parametrize("triangle", TRIANGLES)
def test_what_is_completed_is_the_published_ultimate_to_the_cent(
    connection, shared_folder: Path, triangle: str
) -> None:
    _, origins = completed(connection, shared_folder, triangle)
    rows = [row for row in _table(shared_folder, "expected", triangle) if row["origin"].isdigit()]
    assert [latest for _, latest, _, _ in origins] == pytest.approx([float(row["latest"]) for row in rows])
    assert [round(amount, 2) for _, _, amount, _ in origins] == pytest.approx(
        [float(row["ultimate"]) for row in rows], abs=0.0051
    )


@pytest.mark.parametrize("triangle", TRIANGLES)
@pytest.mark.parametrize("without", [1, 2, 3])
def test_a_cut_before_sees_the_triangle_of_then(connection, shared_folder: Path, triangle: str, without: int) -> None:
    factors, origins = completed(connection, shared_folder, triangle, without=without)
    (row,) = (row for row in _table(shared_folder, "backtest", triangle) if int(row["diagonals_removed"]) == without)
    assert sum(amount for _, _, amount, _ in origins) == pytest.approx(
        float(row["predicted_ultimate_total_at_cut"]), rel=1e-7
    )
    forecast = [(latest, delay) for _, latest, _, delay in origins if delay < len(factors) - 1]
    assert sum(latest * factors[delay] for latest, delay in forecast) == pytest.approx(
        float(row["predicted_next_diagonal"]), rel=1e-7
    )
