"""The marts as tables of zorgmart.duckdb: real rows, with their words.

Into a fresh file every table goes whole, in its order. Into a copy of the release before, a mart of many rows gets
what differs, and every other table goes whole.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import literal, quoted
from dagster_project.publish.difference import Difference, find_difference
from dagster_project.publish.recipients import PATIENT, RELEASED, SHOWN, STORED

RELEASE = "release_db"
_ENUM = re.compile(r"ENUM\('(?:[^']|'')*'(?:, ?'(?:[^']|'')*')*\)")


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


def differences_of(con: duckdb.DuckDBPyConnection, warehouse: str, marts: Iterable[Mart]) -> dict[str, Difference]:
    """What differs between the warehouse and the release before, which the file is a copy of, by full name of the
    mart: of those that are published by month and have the columns they had."""
    before = _tables(con)
    found = {}
    for mart in marts:
        if mart.part and (mart.schema, mart.name) in before:
            query, types = source(con, warehouse, mart)
            described = con.execute(f"describe {published(mart)}").fetchall()
            if types == {name: kind for name, kind, *_ in described}:
                found[mart.full_name] = find_difference(con, mart, list(types), published(mart), query)
    return found


def drop_others(con: duckdb.DuckDBPyConnection, kept: Collection[str]) -> None:
    """Takes every table out of the file but these, named in full."""
    for schema, name in _tables(con):
        if f"{schema}.{name}" not in kept:
            con.execute(f"drop table {quoted(RELEASE, schema, name)}")


def _tables(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    query = "select schema_name, table_name from duckdb_tables() where database_name = ?"
    return set(con.execute(query, [RELEASE]).fetchall())


def write_mart(
    con: duckdb.DuckDBPyConnection, warehouse: str, mart: Mart, difference: Difference | None = None
) -> None:
    """Copies one mart in its order, or brings the table that stands in step; raises ZorgmartError on a column, a type
    or a key that is not as described."""
    if difference:
        difference.apply(con, published(mart))
    else:
        _copy_mart(con, warehouse, mart)
    _require_key(con, mart, difference)
    _require_month(con, mart)
    comment(con, RELEASE, mart)


def _copy_mart(con: duckdb.DuckDBPyConnection, warehouse: str, mart: Mart) -> None:
    query, _ = source(con, warehouse, mart)
    relation = quoted(warehouse, mart.schema, mart.name)
    in_order = not (mart.part or _is_view(con, warehouse, mart) or _falls(con, relation, mart))
    con.execute(f"create schema if not exists {quoted(RELEASE, mart.schema)}")
    con.execute(f"create table {published(mart)} as {query} {'' if in_order else f'order by {mart.order}'}")


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


def _require_key(con: duckdb.DuckDBPyConnection, mart: Mart, difference: Difference | None) -> None:
    wrong = _repeated(con, mart, difference) if mart.part else _falls(con, published(mart), mart)
    if wrong:
        raise ZorgmartError(
            f"{mart.full_name}: {wrong} row(s) have the key ({', '.join(mart.key)}) of another row;"
            " correct the mart or its meta.primary_key, nothing is published"
        )


def _require_month(con: duckdb.DuckDBPyConnection, mart: Mart) -> None:
    """A row of no month would stand in no part of the Parquet file."""
    if mart.part is None:
        return
    query = f"select count(*) from {published(mart)} where {quoted(mart.part)} is null"
    ((without,),) = con.execute(query).fetchall()
    if without:
        raise ZorgmartError(
            f"{mart.full_name}: {without} row(s) have no {mart.part}, by whose month the table is published;"
            " correct the mart, nothing is published"
        )


def _repeated(con: duckdb.DuckDBPyConnection, mart: Mart, difference: Difference | None) -> int:
    """Rows with the key of another one, wherever it lies: equal hashes narrow, and the keys decide. Of a table that
    was taken over only rows that came can have such a key."""
    keys = ", ".join(quoted(column) for column in mart.key)
    some = f"from {difference.come}" if difference else f"from {published(mart)} group by all having count(*) > 1"
    query = f"""
        select coalesce(sum(times - 1), 0)
        from (
            select count(*) as times from {published(mart)}
            where hash({keys}) in (select hash({keys}) as key_hash {some}) group by {keys} having times > 1
        )
    """
    ((repeated,),) = con.execute(query).fetchall()
    return int(repeated)
