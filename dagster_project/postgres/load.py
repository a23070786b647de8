"""The rows of a release into a database: in one transaction, and only the months that differ.

Months whose checksum is what it was are left alone. Of the others the rows come in by COPY; those that are there and
should not be are deleted, those that should be and are not are inserted. So an open reader keeps its release whole and
waits for nothing, and what a kill leaves behind is the release before, whole.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import psycopg
import pyarrow as pa

from dagster_project.errors import ZorgmartError
from dagster_project.marts.sql import literal, quoted
from dagster_project.postgres import types
from dagster_project.postgres.connection import statement
from dagster_project.postgres.contents import Contents, Table
from dagster_project.postgres.shape import OURS, PARTS

_AT_ONCE = 50_000
_COMING = f"{OURS}.coming"
_WHOLE = ""
"""The one month of a table that has none."""


@dataclass(frozen=True)
class Loaded:
    """What publishing one table did."""

    table: str
    inserted: int
    deleted: int


def load(con: psycopg.Connection, found: Contents, table: Table) -> Loaded:
    """Makes a table hold its rows, within the transaction that is open; raises ZorgmartError if it then does not."""
    name = table.mart.full_name
    query = f"select month, checksum from {PARTS} where table_name = %s"
    held = dict(con.execute(statement(query), [name]).fetchall())
    wanted = _checksums(found, table)
    due = sorted(month for month in wanted.keys() | held.keys() if wanted.get(month) != held.get(month))
    done = _exchange(con, found, table, due, is_empty=not held) if due else Loaded(name, 0, 0)
    con.execute(statement(f"delete from {PARTS} where table_name = %s and month = any(%s)"), [name, due])
    for month in (month for month in due if month in wanted):
        con.execute(statement(f"insert into {PARTS} values (%s, %s, %s)"), [name, month, wanted[month]])
    _require_same(con, found, table, due)
    return done


def _checksums(found: Contents, table: Table) -> dict[str, str]:
    """The checksum of each month that has rows; of a table without months, of all."""
    if table.parts is not None:
        return dict(table.parts)
    month = quoted(table.mart.month) if table.mart.month else literal(_WHOLE)
    query = f"select {month}::varchar, {types.checksum(table.columns)} from ({table.query}) group by 1"
    return dict(found.ask(query))


def _of_months(table: Table, months: Collection[str]) -> str:
    """The condition on the rows of these months, for either side."""
    if not table.mart.month:
        return "true"
    listed = ", ".join(f"date {literal(month)}" for month in months)
    return f"{quoted(table.mart.month)} in ({listed})"


def _exchange(con: psycopg.Connection, found: Contents, table: Table, due: list[str], *, is_empty: bool) -> Loaded:
    name, there = table.mart.full_name, quoted(table.mart.schema, table.mart.name)
    if is_empty:
        inserted, deleted = _copy(con, found, table, due, there), 0
    else:
        con.execute(statement(f"create unlogged table {_COMING} (like {there})"))
        _copy(con, found, table, due, _COMING)
        con.execute(statement(f"analyze {_COMING}"))
        same_key = " and ".join(f"c.{quoted(column)} = t.{quoted(column)}" for column in table.mart.key)
        order = ", ".join(f"c.{quoted(column)}" for column in table.mart.key)
        # The image of a row, bit by bit: for `=` minus zero is zero.
        deleted = con.execute(
            statement(
                f"delete from {there} t where {_of_months(table, due)}"
                f" and not exists (select from {_COMING} c where {same_key} and c *= t)"
            )
        ).rowcount
        inserted = con.execute(
            statement(
                f"insert into {there} select * from {_COMING} c"
                f" where not exists (select from {there} t where {same_key}) order by {order}"
            )
        ).rowcount
        con.execute(statement(f"drop table {_COMING}"))
    con.execute(statement(f"analyze {there}"))
    return Loaded(name, inserted, deleted)


def _copy(con: psycopg.Connection, found: Contents, table: Table, due: list[str], into: str) -> int:
    """Sends the rows of these months, in the order of the key. DuckDB writes the lines of COPY, so that no row becomes
    an object of Python on the way."""
    rows = f"from ({table.query}) where {_of_months(table, due)} order by {table.mart.order}"
    lines = found.con.sql(f"select {types.copy_line(table.columns)} as line {rows}").to_arrow_reader(_AT_ONCE)
    columns = ", ".join(map(quoted, table.columns))
    with con.cursor() as cursor:
        with cursor.copy(statement(f"copy {into} ({columns}) from stdin")) as copy:
            for batch in lines:
                copy.write(_bytes(batch.column(0)))
        return cursor.rowcount


def _bytes(lines: pa.Array) -> memoryview:
    """The texts of an array one after the other, as Arrow has them already."""
    large = lines.cast(pa.large_string())
    _, offsets, texts = large.buffers()
    places = memoryview(offsets).cast("q") if offsets else [0]
    first, last = (places[large.offset], places[large.offset + len(large)]) if len(large) else (0, 0)
    return memoryview(texts or b"")[first:last]


def _require_same(con: psycopg.Connection, found: Contents, table: Table, due: Collection[str]) -> None:
    """Raises ZorgmartError unless both sides have as many rows and the same sums, and of what changed the same hash."""
    kinds = table.columns.items()
    sums = [f"sum({quoted(name)})" for name, kind in kinds if kind.startswith("DECIMAL")]
    doubles = [f"{figure}({quoted(name)})" for name, kind in kinds if kind == "DOUBLE" for figure in ("min", "max")]
    counts = [f"count({quoted(name)})" for name, kind in kinds if not types.is_hashed(kind)]
    everywhere = ", ".join(["count(*)", *sums])
    changed = ", ".join(["count(*)", *doubles, *counts])
    compared = [(everywhere, everywhere, "true")]
    if due:
        hashes = types.hash_here(table.columns), types.hash_there(table.columns)
        compared.append((f"{changed}, {hashes[0]}", f"{changed}, {hashes[1]}", _of_months(table, due)))
    for here, there, condition in compared:
        (sent,) = found.ask(f"select {here} from ({table.query}) where {condition}")
        query = f"select {there} from {quoted(table.mart.schema, table.mart.name)} where {condition}"
        (kept,) = con.execute(statement(query)).fetchall()
        if not all(map(_is_same, sent, kept)):
            raise ZorgmartError(
                f"{table.mart.full_name} on the server is not what was sent: rows, sums or hashes differ. The database"
                " has the release that it had; run `zorgmart serve-postgres` again."
            )


def _is_same(here: object, there: object) -> bool:
    is_nan = isinstance(here, float) and isinstance(there, float) and math.isnan(here) and math.isnan(there)
    return is_nan or here == there
