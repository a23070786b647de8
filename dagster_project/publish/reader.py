"""Reading a release or a slice with one query, and its errors. The connection that can do nothing else stands in
`locked.py`, how a result looks in `render.py`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.errors import ZorgmartError
from dagster_project.plain_text import for_terminal
from dagster_project.publish.bounds import Bounds, Watch, too_much_memory
from dagster_project.publish.locked import connect
from dagster_project.publish.pointer import Release, current_release, release_named

UNBOUNDED = Bounds()
PIECE = 100_000
"""Rows that are in memory at a time."""
_READING = {"SELECT", "MULTI"}
"""MULTI is a pivot that looks for its columns itself."""


@dataclass(frozen=True)
class Rows:
    """What a query gives: its columns, and its rows in pieces, which are made as they are asked for."""

    schema: pa.Schema
    pieces: Iterator[pa.RecordBatch]

    def table(self) -> pa.Table:
        """All of them at once."""
        return pa.Table.from_batches(list(self.pieces), self.schema)


def query(home: Path, sql: str, *, release_id: str | None = None, bounds: Bounds = UNBOUNDED) -> pa.Table:
    """The rows of one query on the current release or another one; tables as finance.declaration.

    Amounts come as decimals, instants in Europe/Amsterdam. Raises ZorgmartError if there is no release, or the query
    fails, passes its bounds, or would change or read anything outside the release.
    """
    with reading(release_to_read(home, release_id), sql, bounds) as rows:
        return rows.table()


@contextmanager
def reading(source: Release | Path, sql: str, bounds: Bounds = UNBOUNDED) -> Iterator[Rows]:
    """As `query`, of a release or of the file of a slice, with the rows in pieces: they need never be in memory at
    once."""
    with _told(bounds), connect(source, bounds.of_duckdb) as con:
        watch = Watch(con, bounds)
        with watch.looking():
            try:
                yield _rows(con, sql, watch)
            except duckdb.InterruptException as error:
                raise ZorgmartError(watch.reason or _sentence(error)) from error


def release_to_read(home: Path, release_id: str | None = None) -> Release:
    """The release of this id, or the current one. Raises ZorgmartError if there is none."""
    found = current_release(home) if release_id is None else release_named(home, release_id)
    if found is None:
        raise ZorgmartError(f"there is no release under {home} yet; run `zorgmart run`")
    return found


def _rows(con: duckdb.DuckDBPyConnection, sql: str, watch: Watch) -> Rows:
    _require_one_select(con, sql)
    try:
        with watch.running():
            reader = con.sql(sql).to_arrow_reader(PIECE)
    except duckdb.CatalogException as error:
        there_are = f". {_there_are(con)}" if "Table with name" in str(error) else ""
        raise ZorgmartError(_sentence(error) + there_are) from error
    return Rows(reader.schema, _pieces(reader, watch))


def _require_one_select(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """The lock keeps every statement from every file; this says in so many words what is asked for."""
    statements = con.extract_statements(sql)
    if not statements:
        raise ZorgmartError("the query is empty; give a statement such as `select * from audit.release`")
    if len(statements) > 1:
        raise ZorgmartError(f"there are {len(statements)} statements; give one SELECT")
    kind = statements[0].type.name
    if kind not in _READING:
        raise ZorgmartError(
            f"the query was refused (it is of type {kind}); a release can only be read: give one SELECT"
        )


def _pieces(reader: pa.RecordBatchReader, watch: Watch) -> Iterator[pa.RecordBatch]:
    """Batches of Arrow, which hands on what DuckDB says as an error of its own."""
    while True:
        try:
            with watch.running():
                piece = reader.read_next_batch()
        except StopIteration:
            return
        except (OSError, pa.ArrowException) as error:
            if watch.reason:
                raise ZorgmartError(watch.reason) from error
            kind = duckdb.OutOfMemoryException if "Out of Memory" in str(error) else duckdb.Error
            raise kind(str(error)) from error
        yield piece


@contextmanager
def _told(bounds: Bounds) -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise ZorgmartError(too_much_memory(bounds)) from error
    except duckdb.Error as error:
        raise ZorgmartError(_sentence(error)) from error


def _there_are(con: duckdb.DuckDBPyConnection) -> str:
    named = con.execute(
        "select schema || '.' || name from (show all tables) where database not in ('memory', 'temp') order by all"
    ).fetchall()
    return f"There are {', '.join(name for (name,) in named)}"


def _sentence(error: duckdb.Error) -> str:
    """DuckDB's first line, with the next step."""
    first = for_terminal(str(error).strip().splitlines()[0].rstrip("."))
    if isinstance(error, duckdb.PermissionException) or "read-only" in first:
        return f"the query was refused ({first}); a release can only be read, and nothing outside it"
    return f"the query failed ({first}); correct it and try again"
