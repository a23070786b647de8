"""Whatever passes the door passes the rest: rows at the edges of every contract, and files that come and go.

Three whole nights: all edges and the first version of a file of every feed, then the second, then the first again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from oracle.writing import Record, write_delivery
from pipeline.homes import KEY, Home

from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS, Column

from .edges import DELIVERED, NUMBERS, bounds, rows_of, write_edges

FILE = "z.csv"
IMPOSSIBLE = {
    ("declarations", "birth_year"): "nobody is born after the year of delivery",
    ("budgets", "amount_cents"): "follows from the others, whose largest give more than it may be",
    ("budgets", "quantity"): "at its largest and smallest the amount would be more than it may be",
}
"""Edges that a row rule over several columns keeps out; each with its reason."""


@dataclass(frozen=True)
class Nights:
    """The home, and what stopped each night; None where it published."""

    home: Home
    stopped: list[str | None]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    folder = tmp_path_factory.mktemp("edges")
    home = Home.at(folder / "home", write_edges(folder / "landing"), KEY)
    stopped = []
    for version in (0, 1, 0):
        for feed in FEEDS:
            _write(home.landing, feed, version)
        stopped.append(_stopped(home))
    yield Nights(home, stopped)


def _write(landing: Path, feed: str, version: int) -> None:
    """One file of the feed: some of its edges, other ones in each version."""
    rows: list[Record] = rows_of(FEEDS[feed])[version::7]
    path = write_delivery(landing, feed, DELIVERED, f"{FILE}.part", rows)
    path.rename(path.with_name(FILE))


def _stopped(home: Home) -> str | None:
    try:
        home.night()
    except ZorgmartError as error:
        return str(error)
    return None


def test_a_night_of_edges_publishes(nights: Nights) -> None:
    assert nights.stopped[0] is None


def test_a_file_that_changes_and_changes_back_stops_no_night(nights: Nights) -> None:
    assert nights.stopped[1:] == [None, None]


@pytest.mark.parametrize(
    ("feed", "column"), [(feed, column) for feed in FEEDS.values() for column in feed.columns if column.kind in NUMBERS]
)
def test_the_edges_were_accepted(nights: Nights, feed: object, column: Column) -> None:
    """Else the nights would show nothing: the least and the largest of every number are among the accepted rows."""
    with duckdb.connect(str(nights.home.warehouse), read_only=True) as connection:
        found = connection.execute(f"select min({column.name}), max({column.name}) from raw.{feed.name}").fetchone()
    reached = tuple(map(Decimal, found)) == tuple(map(Decimal, bounds(column)))
    assert reached or (feed.name, column.name) in IMPOSSIBLE, (found, bounds(column))
