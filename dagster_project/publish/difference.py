"""What a mart of many rows gained and lost against the release before, so that only that is written.

A row is known by the hash of all its columns: two tables are compared at a fraction of what writing one costs, and
nothing that a run noted has to be trusted.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from dagster_project.publish.catalog import Mart, quoted


@dataclass(frozen=True)
class Difference:
    """Rows to take out and to put in, in tables that every cursor of the connection sees.

    `columns` are those of the mart, as an SQL list; `rows` is how many it has become; `months` are the first days of
    the months that differ.
    """

    mart: Mart
    columns: str
    gone: str
    come: str
    rows: int
    months_gone: tuple[date, ...]
    months_come: tuple[date, ...]

    @property
    def months(self) -> frozenset[date]:
        return frozenset(self.months_gone + self.months_come)

    def apply(self, con: duckdb.DuckDBPyConnection, table: str, condition: str = "true") -> None:
        """Bring a copy of the mart, or of those of its rows that meet a condition, in step."""
        if self.months_gone:
            months = " or ".join(f"({self.mart.in_month(month)})" for month in self.months_gone)
            con.execute(
                f"delete from {table} where ({months}) and hash({self.columns}) in (select row_hash from {self.gone})"
            )
        if self.months_come:
            con.execute(f"insert into {table} select {self.columns} from {self.come} where {condition}")


def find_difference(
    con: duckdb.DuckDBPyConnection, mart: Mart, columns: list[str], before: str, now: str
) -> Difference:
    """Compare the mart as it was published (`before`, a table) with the query `now` for what it has become."""
    names, part = ", ".join(quoted(column) for column in columns), quoted(mart.part or "")
    was, is_now, gone, come = (
        quoted("memory", "main", f"{mart.full_name} {word}") for word in ("was", "is", "gone", "come")
    )
    con.execute(f"create table {was} as select hash({names}) as row_hash, {part} from {before}")
    rows = _count(con, f"create table {is_now} as select hash({names}) as row_hash from ({now})")
    con.execute(f"create table {gone} as from {was} anti join {is_now} using (row_hash)")
    con.execute(f"""
        create table {come} as
        select new.* from ({now}) as new
        semi join (from {is_now} anti join {was} using (row_hash)) as found on hash({names}) = found.row_hash
        order by {mart.order}
    """)
    con.execute(f"drop table {was}; drop table {is_now}")
    return Difference(mart, names, gone, come, rows, _months(con, mart, gone), _months(con, mart, come))


def _count(con: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Rows that a statement made."""
    return con.execute(statement).fetchall()[0][0]


def _months(con: duckdb.DuckDBPyConnection, mart: Mart, table: str) -> tuple[date, ...]:
    month = f"cast(date_trunc('month', {quoted(mart.part or '')}) as date)"
    return tuple(found for (found,) in con.execute(f"select distinct {month} from {table} order by 1").fetchall())
