"""Finds the deliveries of a landing folder and reads one file to text cells; judges no row."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.feeds import FEEDS, Feed

DATE_FOLDER = re.compile(r"\d{4}-\d{2}-\d{2}")
SUFFIXES = (".csv", ".csv.gz", ".parquet")

Cell = str | None


class Rejected(Exception):
    """The file as a whole can't be read for what it is."""


@dataclass(frozen=True)
class Delivery:
    """One delivered file."""

    feed: Feed
    delivery_date: date
    path: Path

    @cached_property
    def file(self) -> str:
        return self.path.name

    @cached_property
    def key(self) -> tuple[str, date, str]:
        return (self.feed.name, self.delivery_date, self.file)

    @cached_property
    def order(self) -> tuple[date, bytes]:
        """The later of two deliveries of a key wins; names sort by bytes."""
        return (self.delivery_date, self.file.encode())

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def deliveries(landing: Path, as_of: date | None) -> tuple[list[Delivery], date]:
    """All deliveries up to `as_of` in order, and that date; without one, the latest there is up to today."""
    found = [delivery for feed in FEEDS.values() for delivery in _of_feed(landing / feed.name, feed)]
    if as_of is None:
        as_of = max(d.delivery_date for d in found if d.delivery_date <= date.today())
    return sorted((d for d in found if d.delivery_date <= as_of), key=lambda d: d.order), as_of


def _of_feed(folder: Path, feed: Feed) -> list[Delivery]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    return [
        Delivery(feed, day, path)
        for sub in folder.iterdir()
        if (day := _date_of(sub)) is not None
        for path in sub.iterdir()
        if _is_delivery(path)
    ]


def _date_of(folder: Path) -> date | None:
    if folder.is_symlink() or not folder.is_dir() or not DATE_FOLDER.fullmatch(folder.name):
        return None
    try:
        return date.fromisoformat(folder.name)
    except ValueError:
        return None


def _is_delivery(path: Path) -> bool:
    named_right = path.name.endswith(SUFFIXES) and path.name not in SUFFIXES and not path.name.startswith(".")
    return named_right and not path.is_symlink() and path.is_file()


def read(delivery: Delivery) -> list[list[Cell] | str]:
    """The rows of a delivery: cells in the order of the contract, or the name of the line rule that a row broke.

    Raises Rejected with a reason.
    """
    names, rows = _parquet(delivery) if delivery.file.endswith(".parquet") else _csv(delivery.path)
    places = _places(delivery.feed, names)
    return [row if isinstance(row, str) else [None if at is None else row[at] or None for at in places] for row in rows]


def _places(feed: Feed, names: list[str]) -> list[int | None]:
    """Where each column of the contract stands in the file."""
    if len(set(names)) != len(names):
        raise Rejected("a column is named twice")
    if unknown := set(names) - set(feed.names):
        raise Rejected(f"unknown columns {sorted(unknown)}")
    if missing := set(feed.required_names) - set(names):
        raise Rejected(f"missing columns {sorted(missing)}")
    return [names.index(name) if name in names else None for name in feed.names]


def _csv(path: Path) -> tuple[list[str], list[list[str] | str]]:
    """Header and rows; a line is a row, whatever stands in it."""
    header_line, *lines = [line.removesuffix("\r") for line in _text(path).split("\n")[:-1]]
    separator = ";" if header_line.count(";") > header_line.count(",") else ","
    header = _fields(header_line, separator)
    if header is None:
        raise Rejected("the header's quotes do not come in pairs")
    return header, [_row(line, separator, len(header)) for line in lines]


def _row(line: str, separator: str, width: int) -> list[str] | str:
    if not line:
        return "blank_line"
    fields = _fields(line, separator)
    if fields is None:
        return "unbalanced_quote"
    return fields if len(fields) == width else "wrong_field_count"


def _fields(line: str, separator: str) -> list[str] | None:
    """The fields of a line; None where quotes do not come in pairs around whole fields."""
    if '"' not in line:
        return line.split(separator)
    field = re.compile(rf'(?:"((?:[^"]|"")*)"|([^"{separator}]*))({separator}|$)')
    fields, at = [], 0
    while match := field.match(line, at):
        quoted, bare, end = match.groups()
        fields.append(bare if quoted is None else quoted.replace('""', '"'))
        if not end:
            return fields
        at = match.end()
    return None


def _text(path: Path) -> str:
    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise Rejected(f"can't be read: {error}") from error
    if not text.endswith("\n"):
        raise Rejected("empty, or torn: the last row does not end in a newline")
    return text


def _parquet(delivery: Delivery) -> tuple[list[str], list[tuple[Cell, ...]]]:
    try:
        table = pq.ParquetFile(delivery.path, page_checksum_verification=True).read()
        _require_text(delivery.feed, table.schema)
        columns = [[_as_text(value) for value in _plain(column)] for column in table.columns]
    except (OSError, pa.ArrowException) as error:
        raise Rejected(f"torn or not Parquet: {error}") from error
    return table.column_names, list(zip(*columns, strict=True))


def _require_text(feed: Feed, schema: pa.Schema) -> None:
    """A code or a patient's number that came as a number has lost its leading zeros."""
    for column in feed.columns:
        kinds = [field.type for field in schema if column.kind == "text" and field.name == column.name]
        for kind in (k.value_type if pa.types.is_dictionary(k) else k for k in kinds):
            if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
                raise Rejected(f"{column.name} is of type {kind}")


def _plain(column: pa.ChunkedArray) -> list[object]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_floating(kind) or pa.types.is_nested(kind):
        raise Rejected(f"a column of type {kind}")
    if pa.types.is_timestamp(kind):
        return _instants(column)
    return column.to_pylist()


def _instants(column: pa.ChunkedArray) -> list[datetime | None]:
    """Timestamps by way of microseconds: exact, and in UTC where the column has a time zone."""
    zone = "+00:00" if column.type.tz else ""
    epoch = datetime.fromisoformat(f"1970-01-01T00:00:00{zone}")
    counts = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64()).to_pylist()
    return [None if count is None else epoch + timedelta(microseconds=count) for count in counts]


def _as_text(value: object) -> Cell:
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value:f}"
        case datetime() | date():
            return value.isoformat()
        case int():
            return str(value)
    raise Rejected(f"a value of type {type(value).__name__}")
