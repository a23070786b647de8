"""A table of many rows in parts: a Parquet file per month, named by its content and written once.

Which months differ from the release before follows from the checksums that the build keeps per month, so a part that
is as it was is neither read nor written: the release links it. `published/parts` has every part under one name, so one
that is written again finds the bytes that stand there.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import literal, quoted
from dagster_project.publish.links import link
from dagster_project.publish.manifest import contents, digest
from dagster_project.publish.parquet import OPTIONS
from dagster_project.publish.pointer import fsync
from dagster_project.publish.tables import falls, repeated

log = logging.getLogger(__name__)
STORE = "parts"
_NAME = 16
_ROW_GROUP = 61_440
"""Rows of a row group: fewer make a sum over years slower, more a look at one declaration."""


@dataclass(frozen=True)
class Part:
    """The rows of one month: `file` is its path in the release, `checksum` what the build says of the month (None: it
    says nothing), `money` the sum of each amount as exact text."""

    month: date
    file: str
    rows: int
    money: dict[str, str]
    checksum: str | None
    sha256: str
    bytes: int

    @classmethod
    def told(cls, record: Mapping[str, Any]) -> Part:
        """As a manifest has it."""
        return cls(**(dict(record) | {"month": date.fromisoformat(record["month"])}))

    def as_told(self) -> dict[str, Any]:
        """For a manifest."""
        return asdict(self) | {"month": str(self.month)}


@dataclass(frozen=True)
class Months:
    """What a release does with the months of one table: takes parts over, and writes the others."""

    mart: Mart
    kept: tuple[Part, ...]
    written: Mapping[date, str | None]


def months(con: duckdb.DuckDBPyConnection, warehouse: str, mart: Mart, before: Iterable[Part]) -> Months:
    """Decides for each month of a mart in the warehouse; `before` are the parts that may be taken over.

    Raises ZorgmartError where a row has no month: it would stand in no part.
    """
    column = quoted(mart.month or "")
    if mart.month_checksums:
        query = f"select month, checksum from {quoted(warehouse, *mart.month_checksums.split('.'))} order by month"
    else:
        relation = quoted(warehouse, mart.schema, mart.name)
        query = f"select distinct {column}, null from {relation} order by 1"
    found: dict[date | None, str | None] = dict(con.execute(query).fetchall())
    if None in found:
        raise ZorgmartError(
            f"{mart.full_name}: there are rows without {mart.month}, by which the table is published;"
            " correct the mart, nothing is published"
        )
    kept = tuple(part for part in before if part.checksum and found.get(part.month) == part.checksum)
    same = {part.month for part in kept}
    return Months(mart, kept, {month: told for month, told in found.items() if month and month not in same})


def write(con: duckdb.DuckDBPyConnection, months: Months, query: str, folder: Path) -> list[Part]:
    """Writes the parts that are due into the folder of a release; `query` gives the rows of the mart, of all months.

    Raises ZorgmartError on a repeated key.
    """
    written = [_write(con, months.mart, query, month, told, folder) for month, told in months.written.items()]
    return [part for part in written if part]


def _write(
    con: duckdb.DuckDBPyConnection, mart: Mart, query: str, month: date, checksum: str | None, folder: Path
) -> Part | None:
    """One part; None of a month without rows."""
    column = quoted(mart.month or "")
    target = folder / "parquet" / mart.full_name / f"{mart.month}={month}"
    target.mkdir(parents=True)
    file = target / ".unnamed"
    written = f"read_parquet({literal(str(file))})"
    rows = f"select * exclude ({column}) from ({query}) where {column} = date '{month}' order by {mart.order}"
    con.execute(f"copy ({rows}) to {literal(str(file))} ({OPTIONS}, row_group_size {_ROW_GROUP})")
    if wrong := falls(con, written, [name for name in mart.key if name != mart.month]):
        raise repeated(mart, wrong)
    told = contents(con, mart, written)
    if not told["rows"]:
        file.unlink()
        target.rmdir()
        if not any(target.parent.iterdir()):
            target.parent.rmdir()
        return None
    of_file = digest(file)
    named = file.rename(target / f"{of_file['sha256'][:_NAME]}.parquet")
    return Part(month, named.relative_to(folder).as_posix(), **told, checksum=checksum, **of_file)


def total(mart: Mart, parts: Iterable[Part]) -> dict[str, Any]:
    """Rows and sums of a whole table: {rows, money: {column: euros}}."""
    of_table = list(parts)
    money = {name: str(sum((Decimal(part.money[name]) for part in of_table), Decimal("0.00"))) for name in mart.money}
    return {"rows": sum(part.rows for part in of_table), "money": money}


def require_key_over_months(con: duckdb.DuckDBPyConnection, mart: Mart, parts: Iterable[Part], folder: Path) -> None:
    """Raises ZorgmartError if a key stands in two months: equal hashes narrow, and the keys decide."""
    files = ", ".join(literal(str(folder / part.file)) for part in parts)
    if not files or mart.month in mart.key:
        return
    keys = ", ".join(quoted(column) for column in mart.key)
    all_rows = f"read_parquet([{files}])"
    query = f"""
        select coalesce(sum(times - 1), 0)
        from (
            select count(*) as times from {all_rows}
            where hash({keys}) in (select hash({keys}) from {all_rows} group by all having count(*) > 1)
            group by {keys} having times > 1
        )
    """
    ((wrong,),) = con.execute(query).fetchall()
    if wrong:
        raise repeated(mart, int(wrong))


def take_into_store(published: Path, folder: Path, parts: Mapping[str, Iterable[Part]]) -> None:
    """Give each part of a sealed release its name in `published/parts`. One that stands there with these very bytes
    becomes the release's own, so the bytes are there once; one that does not is damaged, and goes."""
    for table, of_table in parts.items():
        store = published / STORE / table
        store.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in of_table:
            _take_into_store(folder / part.file, store / f"{part.month}-{Path(part.file).name}", part.sha256)
        fsync(store)
    fsync(published)


def _take_into_store(file: Path, name: Path, sha256: str) -> None:
    if name.exists() and name.samefile(file):
        return
    if name.exists() and digest(name)["sha256"] == sha256:
        link(name, file)
    elif not link(file, name):
        log.warning("publish: %s can't be linked here, so each release has a copy of its own", file)


def sweep_store(published: Path) -> int:
    """Removes the parts that no release has any more; the bytes freed. Call under `publish_lock`."""
    freed = 0
    for file in (published / STORE).glob("*/*"):
        status = file.stat()
        if status.st_nlink == 1:
            freed += status.st_size
            file.unlink()
    return freed
