"""A connection to one release, or one slice, that reaches no file and can write nowhere.

DuckDB's own switches do not do for a release whose tables are views over Parquet: a folder that may be read may be
written too, `with x as (copy …) select …` counts as a SELECT, and a part is a hard link into every release. So DuckDB's
file system is off altogether, and Arrow reads the parts: of files that were named before the lock, and only read.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as arrow
from pyarrow.dataset import partitioning

from dagster_project.marts.sql import literal, quoted
from dagster_project.publish.pointer import Release
from dagster_project.publish.tables import OFFLINE

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    **OFFLINE,
    "python_enable_replacements": "false",
    "temp_directory": "",
}
_LOCK = (
    "set global TimeZone = 'Europe/Amsterdam'; set enable_progress_bar = false; set enable_external_access = false;"
    " set disabled_filesystems = 'LocalFileSystem'; set lock_configuration = true"
)
_STORED = "release"
_opening = threading.Lock()


@contextmanager
def connect(source: Release | Path, memory: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection, to the tables of a release or of the file of a slice, by their names.

    The price of the lock: a query that needs more than the memory fails instead of spilling patients' rows to disk.
    """
    con = _of_release(source, memory) if isinstance(source, Release) else _of_file(source, memory)
    try:
        yield con
    finally:
        con.close()


def _of_file(file: Path, memory: str | None) -> duckdb.DuckDBPyConnection:
    """Set and locked; the threads of one process share what DuckDB keeps of a file, and set it once."""
    with _opening:
        con = duckdb.connect(str(file), read_only=True, config=_CONFIG)
        try:
            if con.execute("select current_setting('lock_configuration')").fetchall() == [(False,)]:
                _lock(con, memory)
        except duckdb.Error:
            con.close()
            raise
    return con


def _of_release(release: Release, memory: str | None) -> duckdb.DuckDBPyConnection:
    """A release attached, and found before each of its views over parts: one of that name over what Arrow reads."""
    con = duckdb.connect(":memory:", config=_CONFIG)
    try:
        con.execute(f"attach {literal(str(release.database))} as {_STORED} (read_only)")
        tables = [
            folder for folder in sorted((release.path / "parquet").glob("*")) if any(folder.glob("*=*/*.parquet"))
        ]
        path = [f"memory.{quoted(schema)}" for schema in sorted({_read_by_arrow(con, table) for table in tables})]
        stored = "select schema_name from duckdb_schemas() where database_name = ? and not internal order by all"
        path += [f"{_STORED}.{quoted(schema)}" for (schema,) in con.execute(stored, [_STORED]).fetchall()]
        con.execute(f"set search_path = {literal(','.join(path))}")
        _lock(con, memory)
    except duckdb.Error:
        con.close()
        raise
    return con


def _read_by_arrow(con: duckdb.DuckDBPyConnection, folder: Path) -> str:
    """Makes the view over the parts of a table, `<schema>.<table>/<month column>=<month>/<hash>.parquet`.

    Returns the schema.
    """
    schema, table = folder.name.split(".")
    parts = sorted(folder.glob("*=*/*.parquet"))
    month = parts[0].parent.name.partition("=")[0]
    by_month = partitioning(pa.schema([(month, pa.date32())]), flavor="hive")
    dataset = arrow.dataset(
        [str(part) for part in parts], format="parquet", partitioning=by_month, partition_base_dir=str(folder)
    )
    con.register(folder.name, dataset)
    columns = con.execute(
        "select column_name from duckdb_columns() where database_name = ? and schema_name = ? and table_name = ?"
        " order by column_index",
        [_STORED, schema, table],
    ).fetchall()
    names = ", ".join(quoted(name) for (name,) in columns)
    con.execute(f"create schema if not exists memory.{quoted(schema)}")
    con.execute(f"create view memory.{quoted(schema, table)} as select {names} from temp.main.{quoted(folder.name)}")
    return schema


def _lock(con: duckdb.DuckDBPyConnection, memory: str | None) -> None:
    if memory:
        con.execute(f"set global memory_limit = {literal(memory)}")
    con.execute(_LOCK)
