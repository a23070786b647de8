"""A mart as one Parquet file: the same rows give the same bytes, for any number of threads.

A mart of many rows is written part by part (a month), and the file is its parts one behind the other, each with row
groups of its own. So a part that is as it was in the release before is taken over byte for byte, and the file is the
same as one written from nothing.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

import duckdb
from thrift.Thrift import TType

from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import literal, quoted
from dagster_project.publish import audit, footer
from dagster_project.publish.footer import MAGIC, Struct
from dagster_project.publish.tables import published

_OPTIONS = "format parquet, compression zstd, compression_level 1"
_PARTS = "zorgmart.parts"
_BLOCK = 1 << 22


@dataclass(frozen=True)
class _Part:
    """Bytes `begin` to `end` of a file, with the row groups in them; `name` is the first day of its month."""

    name: str
    file: Path
    begin: int
    end: int
    row_groups: list[Struct]


@dataclass(frozen=True)
class _Place:
    """What a file says of one of its parts: where it is, and the number of its row groups."""

    name: str
    begin: int
    end: int
    row_groups: int


def parquet_name(mart: Mart) -> str:
    return f"{mart.full_name}.parquet"


def export(
    con: duckdb.DuckDBPyConnection,
    mart: Mart,
    folder: Path,
    before: Path | None = None,
    changed: Collection[date] = (),
) -> None:
    """Writes `<schema>.<table>.parquet` from the release file.

    `before` is the same file of a release that this one differs from in the months `changed` alone.
    """
    target = folder / parquet_name(mart)
    months = _months(con, mart) if mart.part else []
    if not months:
        con.execute(f"copy (select {_columns(con, mart)}) to {literal(str(target))} ({_OPTIONS})")
        return
    kept = {part.name: part for part in _parts(before)} if before else {}
    kept = {name: part for name, part in kept.items() if date.fromisoformat(name) not in changed}
    # A table that was taken over lies in no order.
    order = f"order by {mart.order}" if before else ""
    parts = [kept.get(str(month)) or _write_part(con, mart, target, month, order) for month in months]
    _join(target, [part for part in parts if part.row_groups])
    for file in folder.glob(f".{target.name}.*"):
        file.unlink()


def _months(con: duckdb.DuckDBPyConnection, mart: Mart) -> list[date]:
    """First days of the months from the first row to the last; none of an empty table."""
    column = f"cast({quoted(mart.part or '')} as date)"
    query = f"""
        select cast(unnest(generate_series(date_trunc('month', min(day)), max(day), interval 1 month)) as date)
        from (select min({column}) as day from {{0}} union all select max({column}) from {{0}})
    """
    return [month for (month,) in con.execute(query.format(published(mart))).fetchall()]


def _columns(con: duckdb.DuckDBPyConnection, mart: Mart) -> str:
    """What follows `select`: the columns of a mart, without what its inputs do not tell."""
    names = tuple(column.name for column in mart.columns if column.null_in_parquet)
    return audit.columns_with_null(con, published(mart), names)


def _write_part(con: duckdb.DuckDBPyConnection, mart: Mart, target: Path, month: date, order: str) -> _Part:
    file = target.with_name(f".{target.name}.{month}")
    rows = f"select {_columns(con, mart)} where {mart.in_month(month)} {order}"
    con.execute(f"copy ({rows}) to {literal(str(file))} ({_OPTIONS})")
    tree, end = footer.read_footer(file)
    return _Part(str(month), file, len(MAGIC), end, _row_groups(tree))


def _parts(file: Path) -> Iterator[_Part]:
    """The parts of a file that `_join` wrote."""
    tree, _ = footer.read_footer(file)
    row_groups = iter(_row_groups(tree))
    with suppress(KeyError):
        for each in json.loads(footer.read_key_values(tree)[_PARTS]):
            place = _Place(**each)
            groups = [next(row_groups) for _ in range(place.row_groups)]
            yield _Part(place.name, file, place.begin, place.end, groups)


def _row_groups(tree: Struct) -> list[Struct]:
    return tree[footer.ROW_GROUPS][1][1]


def _join(target: Path, parts: list[_Part]) -> None:
    """The parts one behind the other, and a footer over all of them."""
    places, row_groups = [], []
    with target.open("wb") as out:
        out.write(MAGIC)
        for part in parts:
            begin = out.tell()
            _copy(part, out)
            places.append(_Place(part.name, begin, out.tell(), len(part.row_groups)))
            row_groups += [footer.moved(group, begin - part.begin) for group in part.row_groups]
        tree, _ = footer.read_footer(parts[0].file)
        tree[footer.NUM_ROWS] = (TType.I64, sum(group[footer.GROUP_ROWS][1] for group in row_groups))
        tree[footer.ROW_GROUPS] = (TType.LIST, (TType.STRUCT, row_groups))
        tree[footer.KEY_VALUES] = footer.key_values({_PARTS: json.dumps([asdict(place) for place in places])})
        out.write(footer.footer_bytes(tree))


def _copy(part: _Part, out: BinaryIO) -> None:
    with part.file.open("rb") as file:
        file.seek(part.begin)
        left = part.end - part.begin
        while left:
            block = file.read(min(left, _BLOCK))
            out.write(block)
            left -= len(block)
