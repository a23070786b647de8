"""Reading the current release with SQL, and changing nothing.

Belongs here: the connection that can only read, and its errors. How a result looks stands in `render.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.errors import ZorgmartError
from dagster_project.publish.pointer import Release, current_release

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
}
_LOCK = "set disabled_filesystems = 'LocalFileSystem'; set lock_configuration = true"
_opening = threading.Lock()


def query(home: Path, sql: str, insurer: str | None = None) -> pa.Table:
    """The rows of one query on the current release, or on an insurer's slice of it; tables as finance.declaration.

    Amounts come as decimals, instants in Europe/Amsterdam. Raises ZorgmartError if there is no release, no such
    insurer, or the query fails, or would change or read anything outside the release.
    """
    release = current_release(home)
    if release is None:
        raise ZorgmartError(f"there is no release under {home} yet; run `zorgmart run`")
    try:
        with connect(release, insurer) as con:
            try:
                relation = con.sql(sql)
            except duckdb.CatalogException as error:
                there_are = f". {_there_are(con, insurer)}" if "Table with name" in str(error) else ""
                raise ZorgmartError(_sentence(error) + there_are) from error
            result = relation.to_arrow_table() if relation is not None else None
    except duckdb.Error as error:
        raise ZorgmartError(_sentence(error)) from error
    if result is None:
        raise ZorgmartError("the query is empty; give a statement such as `select * from audit.release`")
    return result


@contextmanager
def connect(release: Release, insurer: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to one release that reaches no other file and cannot write, not even into the release itself.

    External access being off still lets COPY write to the opened file and its .wal: so the local file system is
    off too. The price: a query that needs more than the memory fails instead of spilling patients' rows to disk.
    """
    database = release.database if insurer is None else release.insurer_database(insurer)
    with _opening:
        con = _opened(database)
    try:
        yield con
    finally:
        con.close()


def _opened(database: Path) -> duckdb.DuckDBPyConnection:
    """A connection set and locked; the threads of one process share what DuckDB keeps of a file, and set it once."""
    con = duckdb.connect(str(database), read_only=True, config=_CONFIG)
    try:
        if con.execute("select current_setting('lock_configuration')").fetchall() == [(False,)]:
            con.execute("set global TimeZone = 'Europe/Amsterdam'; set enable_progress_bar = false")
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
    first = str(error).strip().splitlines()[0].rstrip(".")
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"the query needs more memory than there is ({first}); select fewer rows or columns"
    if isinstance(error, duckdb.PermissionException) or "read-only" in first:
        return f"the query was refused ({first}); a release can only be read, and nothing outside it"
    return f"the query failed ({first}); correct it and try again"
