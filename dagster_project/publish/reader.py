"""Reading the current release with SQL, and changing nothing.

Belongs here: the connection that can only read, and its errors. How a result looks stands in `render.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.errors import ZorgmartError
from dagster_project.marts.sql import literal
from dagster_project.plain_text import for_terminal
from dagster_project.publish.bounds import Bounds, Watch, too_much_memory
from dagster_project.publish.pointer import Release, current_release, release_named

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
}
_LOCK = "set disabled_filesystems = 'LocalFileSystem'; set lock_configuration = true"
_opening = threading.Lock()
UNBOUNDED = Bounds()
PIECE = 100_000
"""Rows that are in memory at a time."""


@dataclass(frozen=True)
class Rows:
    """What a query gives: its columns, and its rows in pieces, which are made as they are asked for."""

    schema: pa.Schema
    pieces: Iterator[pa.RecordBatch]

    def table(self) -> pa.Table:
        """All of them at once."""
        return pa.Table.from_batches(list(self.pieces), self.schema)


def query(
    home: Path, sql: str, insurer: str | None = None, *, release_id: str | None = None, bounds: Bounds = UNBOUNDED
) -> pa.Table:
    """The rows of one query on the current release or another one, or on an insurer's slice of it; tables as
    finance.declaration.

    Amounts come as decimals, instants in Europe/Amsterdam. Raises ZorgmartError if there is no release, no such
    insurer, or the query fails, passes its bounds, or would change or read anything outside the release.
    """
    with reading(home, sql, insurer, release_id=release_id, bounds=bounds) as rows:
        return rows.table()


@contextmanager
def reading(
    home: Path, sql: str, insurer: str | None = None, *, release_id: str | None = None, bounds: Bounds = UNBOUNDED
) -> Iterator[Rows]:
    """As `query`, with the rows in pieces: what is read need never be in memory at once."""
    with _told(bounds), connect(_release(home, release_id), insurer, bounds.of_duckdb) as con:
        watch = Watch(con, bounds)
        with watch.looking():
            try:
                yield _rows(con, sql, insurer, watch)
            except duckdb.InterruptException as error:
                raise ZorgmartError(watch.reason or _sentence(error)) from error


def _rows(con: duckdb.DuckDBPyConnection, sql: str, insurer: str | None, watch: Watch) -> Rows:
    try:
        with watch.running():
            relation = con.sql(sql)
            reader = relation.to_arrow_reader(PIECE) if relation is not None else None
    except duckdb.CatalogException as error:
        there_are = f". {_there_are(con, insurer)}" if "Table with name" in str(error) else ""
        raise ZorgmartError(_sentence(error) + there_are) from error
    if reader is None:
        raise ZorgmartError("the query is empty; give a statement such as `select * from audit.release`")
    return Rows(reader.schema, _pieces(reader, watch))


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


def _release(home: Path, release_id: str | None) -> Release:
    found = current_release(home) if release_id is None else release_named(home, release_id)
    if found is None:
        raise ZorgmartError(f"there is no release under {home} yet; run `zorgmart run`")
    return found


@contextmanager
def connect(
    release: Release, insurer: str | None = None, memory: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to one release that reaches no other file and cannot write, not even into the release itself.

    External access being off still lets COPY write to the opened file and its .wal: so the local file system is
    off too. The price: a query that needs more than the memory fails instead of spilling patients' rows to disk.
    """
    database = release.database if insurer is None else release.insurer_database(insurer)
    with _opening:
        con = _opened(database, memory)
    try:
        yield con
    finally:
        con.close()


def _opened(database: Path, memory: str | None) -> duckdb.DuckDBPyConnection:
    """A connection set and locked; the threads of one process share what DuckDB keeps of a file, and set it once."""
    con = duckdb.connect(str(database), read_only=True, config=_CONFIG)
    try:
        if con.execute("select current_setting('lock_configuration')").fetchall() == [(False,)]:
            con.execute("set global TimeZone = 'Europe/Amsterdam'; set enable_progress_bar = false")
            if memory:
                con.execute(f"set global memory_limit = {literal(memory)}")
            con.execute(_LOCK)
        return con
    except duckdb.Error:
        con.close()
        raise


def _there_are(con: duckdb.DuckDBPyConnection, insurer: str | None) -> str:
    named = con.execute("select schema_name || '.' || table_name from duckdb_tables() order by all").fetchall()
    whose = f"The slice of insurer {insurer}" if insurer else "The release"
    return f"{whose} has {', '.join(name for (name,) in named)}"


def _sentence(error: duckdb.Error) -> str:
    """DuckDB's first line, with the next step."""
    first = for_terminal(str(error).strip().splitlines()[0].rstrip("."))
    if isinstance(error, duckdb.PermissionException) or "read-only" in first:
        return f"the query was refused ({first}); a release can only be read, and nothing outside it"
    return f"the query failed ({first}); correct it and try again"
