"""What the readers hand to the judge: parts of files, and frames of rows; and how a reader refuses a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from dagster_project.feeds import Feed

# Text that is read and judged at once; a file with more is judged in pieces of this size.
BLOCK_BYTES = 64 << 20
ROWS_AT_ONCE = 1 << 20


class Rejected(Exception):
    """The whole file can't be read for what it is; the text is the reason, one sentence without any value of a row."""


@dataclass(frozen=True)
class Origin:
    """The file version that rows come from."""

    version_id: int
    delivery_date: date


@dataclass(frozen=True)
class TextPart:
    """Whole data lines of one CSV file; `body` ends in a newline. `first_row` counts from 1."""

    origin: Origin
    names: tuple[str, ...]
    separator: str
    body: bytes
    first_row: int
    rows: int

    @property
    def size(self) -> int:
        return len(self.body)


@dataclass(frozen=True)
class TypedPart:
    """Rows of one Parquet file, a column for each of the contract; `cents` as another reader counts them."""

    origin: Origin
    frame: pl.DataFrame
    first_row: int
    cents: int

    @property
    def rows(self) -> int:
        return self.frame.height

    @property
    def size(self) -> int:
        return self.frame.estimated_size()


Part = TextPart | TypedPart


@dataclass(frozen=True)
class Reading:
    """Rows of one or more files in one form.

    rows: version_id, row, delivery_date, then the contract's columns as delivered (text, or typed).
    malformed: version_id, row, rule, text of lines that could not be split into fields.
    counts: version_id → (rows, cents) as counted from the bytes, not from `rows`.
    """

    rows: pl.DataFrame
    malformed: pl.DataFrame
    counts: dict[int, tuple[int, int]]


MALFORMED = {"version_id": pl.Int64, "row": pl.Int32, "rule": pl.String, "text": pl.String}


def check_columns(feed: Feed, names: list[str]) -> None:
    """Raise Rejected unless the names are the contract's: each at most once, none unknown, none required missing."""
    if not set(names) & set(feed.names):
        raise Rejected(f"the first line names no column of {feed.name}; send a header with {', '.join(feed.names)}")
    for name in names:
        if name not in feed.names:
            raise Rejected(f"column {_shown(name, names)} is unknown in {feed.name}; leave it out or mend its name")
        if names.count(name) > 1:
            raise Rejected(f"column {name} stands there twice; send it once")
    if missing := [name for name in feed.required_names if name not in names]:
        raise Rejected(f"column {missing[0]} is missing from {feed.name}; send every required column")


def _shown(name: str, names: list[str]) -> str:
    """The name, if it can be a name; a value that stands in a header's place may be a patient's."""
    is_name = name.isascii() and name.replace("_", "").replace(" ", "").isalpha() and len(name) <= 40
    return repr(name) if is_name else f"number {names.index(name) + 1} of the header"
