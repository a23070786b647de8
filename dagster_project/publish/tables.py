"""The marts in zorgmart.duckdb, with their words: real tables, and views over the parts of those of many rows."""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import literal, quoted
from dagster_project.publish.recipients import PATIENT, RELEASED, SHOWN, STORED

RELEASE = "release_db"
PLACE = "zorgmart"
"""The variable with the folder of a release, for views that are read from another place than where it was published."""
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
ANY_CLIENT = "storage_version 'v1.2.0', block_size 16384"
"""A DuckDB file that every client from 1.2 on opens, and that is small where its tables are."""
_ENUM = re.compile(r"ENUM\('(?:[^']|'')*'(?:, ?'(?:[^']|'')*')*\)")


@contextmanager
def workshop(
    warehouse: Path, database: Path, spill: Path, settings: dict[str, str]
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A connection with the warehouse (read-only) and a fresh release file attached, and the warehouse's name in it.

    The warehouse keeps its own name, so that views which name their database still work.
    """
    spill.mkdir(mode=0o700)
    con = duckdb.connect(":memory:", config={"temp_directory": str(spill), **OFFLINE, **settings})
    try:
        con.execute("set TimeZone = 'Europe/Amsterdam'; set enable_progress_bar = false")
        con.execute(f"attach {literal(str(warehouse))} as {quoted(warehouse.stem)} (read_only)")
        con.execute(f"attach {literal(str(database))} as {quoted(RELEASE)} ({ANY_CLIENT})")
        point_at(con, database.parent)
        yield con, warehouse.stem
    finally:
        con.close()


def source(con: duckdb.DuckDBPyConnection, warehouse: str, mart: Mart) -> tuple[str, dict[str, str]]:
    """The query for one mart in the warehouse, and its columns with their types as they are published; patients have
    the data team's pseudonym (`recipients.write_released` comes first).

    Raises ZorgmartError on a column or a type that is not as described.
    """
    relation = quoted(warehouse, mart.schema, mart.name)
    try:
        described = con.execute(f"describe select * from {relation}").fetchall()
    except duckdb.CatalogException as error:
        raise ZorgmartError(
            f"the dbt manifest describes {mart.full_name}, which the warehouse lacks; run it again with --full-refresh"
        ) from error
    types = {name: _ENUM.sub("VARCHAR", kind) for name, kind, *_ in described}
    _require_described(mart, types)
    columns = ", ".join(f"mart.{quoted(name)}::{kind} as {quoted(name)}" for name, kind in types.items())
    if not mart.has(PATIENT):
        return f"select {columns} from {relation} as mart", types
    return (
        f"""
        select {columns.replace(f"mart.{quoted(PATIENT)}", f"patient.{SHOWN}")}
        from {relation} as mart left join {RELEASED} as patient on mart.{PATIENT} = patient.{STORED}
    """,
        types,
    )


def write_mart(con: duckdb.DuckDBPyConnection, warehouse: str, mart: Mart) -> None:
    """Copies one mart in its order; raises ZorgmartError on a column, a type or a key that is not as described."""
    query, _ = source(con, warehouse, mart)
    relation = quoted(warehouse, mart.schema, mart.name)
    in_order = not (_is_view(con, warehouse, mart) or falls(con, relation, mart.key))
    con.execute(f"create schema if not exists {quoted(RELEASE, mart.schema)}")
    con.execute(f"create table {published(mart)} as {query} {'' if in_order else f'order by {mart.order}'}")
    if wrong := falls(con, published(mart), mart.key):
        raise repeated(mart, wrong)
    comment(con, RELEASE, mart)


def write_view(con: duckdb.DuckDBPyConnection, warehouse: str, mart: Mart, final: Path | None) -> None:
    """A view over the parts of a mart in the folder where the release will stand; `point_at` says where they are now,
    and a reader of a copy says it in the same way. None: there is no part to tell the columns, so an empty table."""
    query, types = source(con, warehouse, mart)
    con.execute(f"create schema if not exists {quoted(RELEASE, mart.schema)}")
    if final is None:
        con.execute(f"create table {published(mart)} as {query} limit 0")
    else:
        files = f"coalesce(getvariable('{PLACE}'), {literal(str(final))}) || {literal(parts_of(mart))}"
        options = f"hive_partitioning = true, hive_types = {{{literal(mart.month or '')}: date}}"
        columns = ", ".join(quoted(name) for name in types)
        con.execute(f"create view {published(mart)} as select {columns} from read_parquet({files}, {options})")
    comment(con, RELEASE, mart)


def parts_of(mart: Mart) -> str:
    """Where the parts of a mart are, below the folder of a release."""
    return f"/parquet/{mart.full_name}/*/*.parquet"


def point_at(con: duckdb.DuckDBPyConnection, release: Path) -> None:
    """Let the views of a release read the parts in this folder; every connection and cursor says it for itself."""
    con.execute(f"set variable {PLACE} = {literal(str(release))}")


def published(mart: Mart, database: str = RELEASE) -> str:
    """The SQL name of a mart in a release file."""
    return quoted(database, mart.schema, mart.name)


def comment(con: duckdb.DuckDBPyConnection, database: str, mart: Mart) -> None:
    """Puts the descriptions of a mart and its columns into the file."""
    target = published(mart, database)
    ((is_view,),) = con.execute(
        "select count(*) > 0 from duckdb_views() where database_name = ? and schema_name = ? and view_name = ?",
        [database, mart.schema, mart.name],
    ).fetchall()
    statements = [f"comment on {'view' if is_view else 'table'} {target} is {literal(mart.description)}"]
    statements += [
        f"comment on column {target}.{quoted(column.name)} is {literal(column.description)}" for column in mart.columns
    ]
    con.execute("; ".join(statements))


def _require_described(mart: Mart, types: dict[str, str]) -> None:
    described = {column.name for column in mart.columns}
    if described != set(types):
        raise ZorgmartError(
            f"{mart.full_name}: column(s) {', '.join(sorted(described ^ set(types)))} stand in only one of warehouse"
            " and YAML; describe every column of the mart in its YAML"
        )
    for name, kind in types.items():
        if name.endswith("_eur") and kind != "DECIMAL(18,2)":
            raise ZorgmartError(f"{mart.full_name}.{name} is {kind}; money is decimal(18,2), cast it in the mart")
        if kind.startswith("TIMESTAMP") and kind != "TIMESTAMP WITH TIME ZONE":
            raise ZorgmartError(f"{mart.full_name}.{name} is {kind}; an instant has a time zone, cast it in the mart")


def _is_view(con: duckdb.DuckDBPyConnection, warehouse: str, mart: Mart) -> bool:
    """Looking at the order of a view costs as much as the view, and finds none."""
    named = "from duckdb_views() where database_name = ? and schema_name = ? and view_name = ?"
    return bool(con.execute(named, [warehouse, mart.schema, mart.name]).fetchall())


def falls(con: duckdb.DuckDBPyConnection, relation: str, key: Sequence[str]) -> int:
    """Rows, as they lie, that do not rise strictly by key: at 0 the table is unique and totally ordered.

    It costs a tenth of a sort, so a mart that dbt wrote in key order is not sorted again.
    """
    row = f"row({', '.join(quoted(column) for column in key)})"
    query = f"select count(*) from (select {row} <= lag({row}) over () as fell from {relation}) where fell"
    ((fell,),) = con.execute(query).fetchall()
    return fell


def repeated(mart: Mart, rows: int) -> ZorgmartError:
    """The error of a mart with rows that have the key of another one."""
    return ZorgmartError(
        f"{mart.full_name}: {rows} row(s) have the key ({', '.join(mart.key)}) of another row;"
        " correct the mart or its meta.primary_key, nothing is published"
    )
