"""Writes rows as delivered files: CSV with comma or semicolon, gzip, Parquet. Knows no rule."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.feeds import FEEDS, Column

Record = Mapping[str, object]  # a delivered row: column name to value, text or typed; None or absent is empty


def write_delivery(
    landing: Path, feed: str, delivery_date: date | str, name: str, rows: Iterable[Record], *, separator: str = ","
) -> Path:
    """Writes one file of a feed and returns its path; the end of `name` tells the format, as in a landing folder."""
    path = landing / feed / str(delivery_date) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith(".parquet"):
        pq.write_table(_arrow(feed, list(rows)), path)
        return path
    data = _csv(feed, rows, separator).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    return path


def _csv(feed: str, rows: Iterable[Record], separator: str) -> str:
    buffer = io.StringIO()
    names = FEEDS[feed].names
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_text(row.get(name)) for name in names] for row in rows)
    return buffer.getvalue()


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _arrow(feed: str, rows: list[Record]) -> pa.Table:
    return pa.table(
        {column.name: _array(column, [row.get(column.name) for row in rows]) for column in FEEDS[feed].columns}
    )


def _array(column: Column, values: list[object]) -> pa.Array:
    """The column in its own type; as text where one value has no such form."""
    kind, convert = _arrow_type(column)
    try:
        return pa.array([None if value is None else convert(str(value)) for value in values], kind)
    except (ValueError, ArithmeticError, KeyError):
        return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _arrow_type(column: Column) -> tuple[pa.DataType, Callable[[str], object]]:
    return {
        "text": (pa.string(), str),
        "int": (pa.int64(), int),
        "decimal": (pa.decimal128(18, column.scale), Decimal),
        "bool": (pa.bool_(), {"True": True, "False": False, "true": True, "false": False}.__getitem__),
        "date": (pa.date32(), date.fromisoformat),
        "timestamp": (pa.timestamp("us", "UTC"), _instant),
    }[column.kind]


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("no offset")
    return instant
