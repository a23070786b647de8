"""Shape: what a delivered row says of itself, judged from its cells and its delivery date alone."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from dagster_project.feeds import FEEDS, Column, Feed
from dagster_project.feeds.contract import LONGEST_TEXT

from .bsn import bsn_faults
from .reading import Cell, Delivery, read
from .row_rules import ROW_RULES, Values, no_rules

INT = re.compile(r"-?[0-9]{1,18}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Free text in keys, and what money and people are grouped by; the other texts of keys have a pattern without blanks.
SPELLED = {
    "market_shares": ("scope",),
    "providers": ("region_code",),
    "insurers": ("concern",),
    "tariffs": ("macro_category",),
    "budgets": ("parameter",),
    "population": ("region_code", "area"),
    "provider_costs": ("category",),
    "service_areas": ("region_code", "area"),
    "spending": ("line",),
    "kpi_observations": ("region_code",),
    "function_allocations": ("region_code",),
    "kpi_rebasings": ("region_code",),
    "transition_arrangements": ("region_code",),
}
INVISIBLE = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810)} | {
    *range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000), *range(0xFFF0, 0xFFF9), 0x2065,
}  # fmt: skip
VALUES = {feed.name: namedtuple(feed.name, feed.names) for feed in FEEDS.values()}


@dataclass(frozen=True, slots=True)
class Row:
    """One delivered row: its place, its values, and the shape rules it broke."""

    delivery: Delivery
    number: int
    values: Values | None
    faults: frozenset[str]
    cents: int

    @property
    def place(self) -> tuple[str, date, str, int]:
        return (*self.delivery.key, self.number)


def judge(delivery: Delivery, key: str) -> list[Row]:
    """Every row of a delivery with all shape rules it broke, BSNs replaced; raises Rejected for the file."""
    feed = delivery.feed
    readers = [lru_cache(10_000)(_reader(column)) for column in feed.columns]
    pseudonyms = _Pseudonyms(key)
    delivered = list(read(delivery))
    rows = [
        _judged(delivery, number, cells, readers, pseudonyms, bsns)
        for number, (cells, bsns) in enumerate(zip(delivered, bsn_faults(feed, delivered), strict=True), 1)
    ]
    return _with_repeated_keys(feed, rows)


def _judged(
    delivery: Delivery,
    number: int,
    cells: list[Cell] | str,
    readers: list[Callable],
    pseudonyms: _Pseudonyms,
    bsns: set[str],
) -> Row:
    feed = delivery.feed
    if isinstance(cells, str):
        return Row(delivery, number, None, frozenset({cells}), 0)
    faults, read_values = set(bsns), []
    if CONTROL.search("".join(filter(None, cells))):
        faults.add("control_character")
    for column, reader, cell in zip(feed.columns, readers, cells, strict=True):
        value = None if cell is None else reader(cell)
        if cell is None and column.required:
            faults.add(f"missing_{column.name}")
        elif cell is not None and value is None:
            faults.add(f"invalid_{column.name}")
        read_values.append(value)
        if value is not None and column.name in SPELLED.get(feed.name, ()) and _has_another_spelling(value):
            faults.add(f"untidy_{column.name}")
    values = VALUES[feed.name]._make(read_values)
    faults |= ROW_RULES.get(feed.name, no_rules)(values, VALUES[feed.name]._make(cells), delivery.delivery_date)
    if getattr(values, "patient_key", None):
        values = values._replace(patient_key=pseudonyms[values.patient_key])
    return Row(delivery, number, values, frozenset(faults), _cents(feed, cells))


def _has_another_spelling(text: str) -> bool:
    """Not NFC, not single blanks between words, or with a character that nobody sees."""
    if text != unicodedata.normalize("NFC", text) or "  " in text or text != text.strip(" "):
        return True
    kinds = {unicodedata.category(character) for character in text}
    return bool(kinds & {"Cf", "Co", "Zs", "Zl", "Zp"} - ({"Zs"} if " " in text else set())) or any(
        ord(character) in INVISIBLE for character in text
    )


def _cents(feed: Feed, cells: list[Cell]) -> int:
    """The amount as delivered, whatever else is wrong with the row; 0 where it is no whole number."""
    if feed.amount is None:
        return 0
    cell = cells[feed.names.index(feed.amount)]
    return int(cell) if cell and INT.fullmatch(cell) else 0


def _with_repeated_keys(feed: Feed, rows: list[Row]) -> list[Row]:
    """The first clean row of a key stands; every further row with that key is repeated_key."""
    standing: set[tuple] = set()
    judged = []
    for row in rows:
        key = None if row.values is None else tuple(getattr(row.values, name) for name in feed.key)
        if key in standing:
            row = Row(row.delivery, row.number, row.values, row.faults | {"repeated_key"}, row.cents)
        elif not row.faults:
            standing.add(key)
        judged.append(row)
    return judged


# One reader per kind: text to value, None where the text does not fit the column.


def _reader(column: Column) -> Callable[[str], Any]:
    match column.kind:
        case "text":
            return _text_reader(column)
        case "int":
            return lambda text: _within(column, int(text)) if INT.fullmatch(text) else None
        case "decimal":
            shape = re.compile(rf"-?[0-9]{{1,{18 - column.scale}}}(\.[0-9]{{1,{column.scale}}})?")
            return lambda text: _within(column, Decimal(text)) if shape.fullmatch(text) else None
        case "bool":
            return {"true": True, "false": False}.get
        case "date":
            return partial(_date, column)
        case "timestamp":
            return partial(_timestamp, column)


def _text_reader(column: Column) -> Callable[[str], str | None]:
    if column.values is not None:
        return {value: value for value in column.values}.get
    pattern = re.compile(column.pattern or r"(?s).+")
    return lambda text: text if len(text) <= LONGEST_TEXT and pattern.fullmatch(text) else None


def _within(column: Column, value: int | Decimal) -> int | Decimal | None:
    too_low = column.minimum is not None and value < column.minimum
    too_high = column.maximum is not None and value > column.maximum
    return None if too_low or too_high else value


def _date(column: Column, text: str) -> date | None:
    try:
        value = date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        return None
    return value if value and _in_years(column, value) else None


def _timestamp(column: Column, text: str) -> datetime | None:
    try:
        value = datetime.fromisoformat(text).astimezone(UTC) if TIMESTAMP.fullmatch(text) else None
    except (ValueError, OverflowError):
        return None
    return value if value and _in_years(column, value) else None


def _in_years(column: Column, value: date) -> bool:
    first, last = column.years
    return first <= value.year <= last


class _Pseudonyms(dict):
    """BSN to its HMAC-SHA256 with the secret key; a pseudonym stays itself, in lower case."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def __missing__(self, patient: str) -> str:
        is_bsn = len(patient) == 9
        self[patient] = hmac.new(self._key, patient.encode(), hashlib.sha256).hexdigest() if is_bsn else patient.lower()
        return self[patient]
