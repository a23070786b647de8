"""The marts as tables of zorgmart.duckdb and as Parquet: real rows, in key order, with their words.

Every table is made by `create table … as select` into a fresh file: nothing is ever deleted from one.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.publish import audit
from dagster_project.publish.catalog import Mart, literal, quoted

RELEASE = "release_db"
_ENUM = re.compile(r"ENUM\('(?:[^']|'')*'(?:, ?'(?:[^']|'')*')*\)")
_PARQUET = "format parquet, compression zstd, compression_level 1"


@contextmanager
def workshop(
    warehouse: Path, database: Path, spill: Path, settings: dict[str, str]
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A connection with the warehouse (read-only) and a fresh release file attached, and the warehouse's name in it.

    The warehouse keeps its own name, so that views which name their database still work.
    """
    spill.mkdir(mode=0o700)
    offline = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    con = duckdb.connect(":memory:", config={"temp_directory": str(spill), **offline, **settings})
    try:
        con.execute("set TimeZone = 'Europe/Amsterdam'; set enable_progress_bar = false")
        con.execute(f"attach {literal(str(warehouse))} as {quoted(warehouse.stem)} (read_only)")
        con.execute(f"attach {literal(str(database))} as {quoted(RELEASE)}")
        yield con, warehouse.stem
    finally:
        con.close()


def write_mart(con: duckdb.DuckDBPyConnection, warehouse: str, mart: Mart) -> None:
    """Copies one mart in key order; raises ZorgmartError on a column, a type or a key that is not as described."""
    source = quoted(warehouse, mart.schema, mart.name)
    try:
        described = con.execute(f"describe select * from {source}").fetchall()
    except duckdb.CatalogException as error:
        raise ZorgmartError(
            f"the dbt manifest describes {mart.full_name}, which the warehouse lacks; run it again with --full-refresh"
        ) from error
    types = {name: _ENUM.sub("VARCHAR", kind) for name, kind, *_ in described}
    _require_described(mart, types)
    columns = ", ".join(f"{quoted(name)}::{kind} as {quoted(name)}" for name, kind in types.items())
    con.execute(f"create schema if not exists {quoted(RELEASE, mart.schema)}")
    order = f"order by {mart.order}" if _is_view(con, warehouse, mart) or _falls(con, source, mart) else ""
    con.execute(f"create table {published(mart)} as select {columns} from {source} {order}")
    _require_key(con, mart)
    comment(con, RELEASE, mart)


def published(mart: Mart, database: str = RELEASE) -> str:
    """The SQL name of a mart in a release file."""
    return quoted(database, mart.schema, mart.name)


def comment(con: duckdb.DuckDBPyConnection, database: str, mart: Mart) -> None:
    """Puts the descriptions of a mart and its columns into the file."""
    target = published(mart, database)
    statements = [f"comment on table {target} is {literal(mart.description)}"]
    statements += [
        f"comment on column {target}.{quoted(column.name)} is {literal(column.description)}" for column in mart.columns
    ]
    con.execute("; ".join(statements))


def export_parquet(con: duckdb.DuckDBPyConnection, mart: Mart, folder: Path) -> None:
    """Writes `<schema>.<table>.parquet`: the same rows give the same bytes, for any number of threads."""
    of_inputs = mart.full_name != audit.MART.full_name
    rows = f"from {published(mart)}" if of_inputs else audit.without(con, RELEASE, audit.OF_THE_RUN)
    con.execute(f"copy ({rows}) to {literal(str(folder / parquet_name(mart)))} ({_PARQUET})")


def parquet_name(mart: Mart) -> str:
    return f"{mart.full_name}.parquet"


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


def _falls(con: duckdb.DuckDBPyConnection, relation: str, mart: Mart) -> int:
    """Rows, as they lie, that do not rise strictly by key: at 0 the table is unique and totally ordered.

    It costs a tenth of a sort, so a mart that dbt wrote in key order is not sorted again.
    """
    key = f"row({', '.join(quoted(column) for column in mart.key)})"
    query = f"select count(*) from (select {key} <= lag({key}) over () as fell from {relation}) where fell"
    ((fell,),) = con.execute(query).fetchall()
    return fell


def _require_key(con: duckdb.DuckDBPyConnection, mart: Mart) -> None:
    wrong = _falls(con, published(mart), mart)
    if wrong:
        raise ZorgmartError(
            f"{mart.full_name}: {wrong} row(s) have the key ({', '.join(mart.key)}) of another row;"
            " correct the mart or its meta.primary_key, nothing is published"
        )
