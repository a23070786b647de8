"""What each database holds, as queries over a release.

An insurer's holds what its slice holds, by the same queries; the monitors' what every insurer sees and so no row of a
patient; the data team's all of the release.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import quoted
from dagster_project.postgres.databases import DATA_TEAM, Database
from dagster_project.publish.insurer_visibility import for_all
from dagster_project.publish.pointer import Release
from dagster_project.publish.slices import opened, seen_by
from dagster_project.publish.tables import published


@dataclass(frozen=True)
class Table:
    """One table of one database: its mart, the query for its rows, and its columns with their DuckDB types.

    `parts` are its months with the hash of each, where the release knows them: then no row need be read to tell which
    months are as they were.
    """

    mart: Mart
    query: str
    columns: Mapping[str, str]
    parts: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Contents:
    """A release, open for reading: `told` is its manifest, `key` the home's secret."""

    con: duckdb.DuckDBPyConnection
    marts: tuple[Mart, ...]
    told: Mapping[str, Any]
    key: str
    _asked: dict[str, list[tuple]] = field(default_factory=dict)

    def ask(self, query: str) -> list[tuple]:
        """What a query gives, kept: what is for all is in every insurer's database, and looked at once."""
        if query not in self._asked:
            self._asked[query] = self.con.execute(query).fetchall()
        return self._asked[query]

    @property
    def insurers(self) -> list[str]:
        return self.told["insurers"]

    def tables(self, database: Database) -> list[Table]:
        """The tables of a database, by name; what was asked for before may no longer be read."""
        if database.insurer:
            queries = seen_by(self.con, self.marts, database.insurer, self.key)
        elif database == DATA_TEAM:
            queries = {mart: f"select {_columns(mart)} from {published(mart)}" for mart in self.marts}
        else:
            queries = for_all(self.marts)
        found = sorted(queries.items(), key=lambda item: item[0].full_name)
        return [self._table(database, mart, query) for mart, query in found]

    def _table(self, database: Database, mart: Mart, query: str) -> Table:
        described = self.ask(f"describe {query}")
        parts = self.told["parts"].get(mart.full_name) if database == DATA_TEAM else None
        months = {part["month"]: part["sha256"] for part in parts} if parts else None
        return Table(mart, query, {name: kind for name, kind, *_ in described}, months)


@contextmanager
def contents(release: Release, key: str, spill: Path) -> Iterator[Contents]:
    """The release, for the length of a publication; `key` is the home's secret, `spill` where DuckDB may write."""
    with opened(release, spill) as (con, marts):
        yield Contents(con, marts, release.manifest(), key)


def _columns(mart: Mart) -> str:
    return ", ".join(quoted(column.name) for column in mart.columns)
