"""What a mart of many rows gained and lost against the release before, so that only that is written.

A row is known by the hash of all its columns: two tables are compared at a fraction of what writing one costs, and
nothing that a run noted has to be trusted.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import quoted


@dataclass(frozen=True)
class Difference:
    """Rows to take out and to put in, in tables that every cursor of the connection sees.

    `months` are the first days of the months that differ.
    """

    mart: Mart
    gone: str
    come: str
    months_gone: tuple[date, ...]
    months_come: tuple[date, ...]

    @property
    def months(self) -> frozenset[date]:
        return frozenset(self.months_gone + self.months_come)

    def apply(self, con: duckdb.DuckDBPyConnection, table: str, rows: str | None = None) -> None:
        """Bring a copy of the mart in step, or a part of it in which columns may be shown otherwise; `rows` is the
        query for what comes into such a part. What goes is known by its key, which is the same everywhere."""
        if self.months_gone:
            months = " or ".join(f"({self.mart.in_month(month)})" for month in self.months_gone)
            key = ", ".join(quoted(name) for name in self.mart.key)
            con.execute(f"delete from {table} where ({months}) and hash({key}) in (select key_hash from {self.gone})")
        if self.months_come:
            con.execute(f"insert into {table} {rows or f'from {self.come}'}")


def find_difference(
    con: duckdb.DuckDBPyConnection, mart: Mart, columns: list[str], before: str, now: str
) -> Difference:
    """Compare the mart as it was published (`before`, a table) with the query `now` for what it has become.

    `now` may cost much, so it is gone through once: what has a new content comes, and what had its key goes. Only
    where rows went without another in their place it is asked again.
    """
    names, key = (", ".join(quoted(name) for name in each) for each in (columns, mart.key))
    was, gone, come = (quoted("memory", "main", f"{mart.full_name} {word}") for word in ("was", "gone", "come"))
    part = quoted(mart.part or "")
    row_hash, key_hash = f"hash({names}) as row_hash", f"hash({key}) as key_hash"
    had = _count(con, f"create table {was} as select {row_hash}, {key_hash}, {part} from {before}")
    # A hash is never null. An anti join would collect the many wide rows, to look up the hashes in them.
    is_new = f"row_hash not in (select row_hash from {was})"
    hashed = f"(select *, {row_hash} from ({now}))"
    came = _count(con, f"create table {come} as select {names} from {hashed} where {is_new} order by {mart.order}")
    rows = _count(con, f"select count(*) from ({now})")
    went = _count(con, f"create table {gone} as from {was} semi join (select {key_hash} from {come}) using (key_hash)")
    if went != had + came - rows:
        con.execute(
            f"create or replace table {gone} as from {was} anti join (select {row_hash} from ({now})) using (row_hash)"
        )
    con.execute(f"drop table {was}")
    return Difference(mart, gone, come, _months(con, mart, gone), _months(con, mart, come))


def _count(con: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Rows that a statement made."""
    return con.execute(statement).fetchall()[0][0]


def _months(con: duckdb.DuckDBPyConnection, mart: Mart, table: str) -> tuple[date, ...]:
    month = f"cast(date_trunc('month', {quoted(mart.part or '')}) as date)"
    return tuple(found for (found,) in con.execute(f"select distinct {month} from {table} order by 1").fetchall())
