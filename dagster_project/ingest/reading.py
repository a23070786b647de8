"""What the readers hand to the judge: parts of files, and frames of rows; and which columns a file may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa

from dagster_project.feeds import Feed
from dagster_project.ingest.dictionary_columns import Coded
from dagster_project.ingest.rejected import Rejected

# Text that is read and judged at once; a file with more is judged in pieces of this size.
BLOCK_BYTES = 64 << 20
ROWS_AT_ONCE = 1 << 20


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
    """Rows of one Parquet file, with the columns it has; text is coded where it repeats. `first_row` counts from 1."""

    origin: Origin
    table: pa.Table
    first_row: int

    @property
    def rows(self) -> int:
        return self.table.num_rows

    @property
    def size(self) -> int:
        return self.table.nbytes


Part = TextPart | TypedPart


@dataclass(frozen=True)
class Reading:
    """Rows of one or more files in one form.

    rows: version_id, row, delivery_date, then the contract's columns as delivered (text, or typed).
    malformed: version_id, row, rule, text of lines that could not be split into fields.
    counts: version_id → (rows, cents) as counted from the bytes, not from `rows`.
    codes: the columns of `rows` that were coded in the file, as they were.
    """

    rows: pl.DataFrame
    malformed: pl.DataFrame
    counts: dict[int, tuple[int, int]]
    codes: dict[str, Coded] = field(default_factory=dict)


MALFORMED = {"version_id": pl.Int64, "row": pl.Int32, "rule": pl.String, "text": pl.String}


def row_numbers(parts: Sequence[Part]) -> pl.DataFrame:
    """version_id, row, delivery_date of each row of these parts, one after another."""
    places = pl.Series(np.repeat(np.arange(len(parts), dtype=np.uint32), [part.rows for part in parts]))
    versions = pl.Series([part.origin.version_id for part in parts], dtype=pl.Int64).gather(places)
    rows = [np.arange(part.first_row, part.first_row + part.rows, dtype=np.int32) for part in parts]
    days = pl.Series([part.origin.delivery_date for part in parts], dtype=pl.Date).gather(places)
    return pl.DataFrame({"version_id": versions, "row": np.concatenate(rows), "delivery_date": days})


def counts_of(parts: Sequence[Part], versions: pl.Series, cents: np.ndarray) -> dict[int, tuple[int, int]]:
    """version_id → (rows, cents); `versions` and `cents` are of the rows that could be read, in the parts' order."""
    order = np.array([part.origin.version_id for part in parts])
    ends = np.searchsorted(versions.to_numpy(), order, side="right")
    pieces = zip([0, *ends[:-1]], ends, strict=True)
    sums = [_exact_sum(cents[start:end]) for start, end in pieces] if cents.size else [0] * len(parts)
    return {part.origin.version_id: (part.rows, amount) for part, amount in zip(parts, sums, strict=True)}


def _exact_sum(cents: np.ndarray) -> int:
    """A sum that can't overflow: the millions and what is below them apart."""
    return int((cents // 10**6).sum()) * 10**6 + int((cents % 10**6).sum())


def check_columns(feed: Feed, names: list[str]) -> None:
    """Raise Rejected unless the names are the contract's: each at most once, none unknown, none required missing."""
    if not set(names) & set(feed.names):
        columns = ", ".join(feed.names)
        raise Rejected("no_header", f"the first line names no column of {feed.name}; send a header with {columns}")
    for name in names:
        if name not in feed.names:
            shown = _shown(name, names)
            raise Rejected("unknown_column", f"column {shown} is unknown in {feed.name}; leave it out or mend its name")
        if names.count(name) > 1:
            raise Rejected("repeated_column", f"column {name} stands there twice; send it once")
    if missing := [name for name in feed.required_names if name not in names]:
        what = f"column {missing[0]} is missing from {feed.name}"
        raise Rejected("missing_column", f"{what}; send every required column")


def _shown(name: str, names: list[str]) -> str:
    """The name, if it can be a name; a value that stands in a header's place may be a patient's."""
    is_name = name.isascii() and name.replace("_", "").replace(" ", "").isalpha() and len(name) <= 40
    return repr(name) if is_name else f"number {names.index(name) + 1} of the header"
