"""CSV: header, lines, fields. Every physical line is one row; what can't be split is set apart, never repaired.

A part whose separators add up to the header's on every line goes to the reader as it is; any other part is split
into lines first, so that a stray quote or a missing field spoils one row and no more. Values are not judged here.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from dagster_project.feeds import Feed
from dagster_project.ingest.control_totals import cents_of
from dagster_project.ingest.line_ends import check_header, check_lines
from dagster_project.ingest.reading import (
    MALFORMED,
    Origin,
    Reading,
    TextPart,
    check_columns,
    counts_of,
    row_numbers,
)
from dagster_project.ingest.rejected import Rejected
from dagster_project.ingest.unpack import blocks

LONGEST_HEADER = 1 << 16
LONGEST_LINE = 1 << 18
OTHER_SEPARATORS = {"\t": "tabs", "|": "bars", ":": "colons", " ": "blanks"}


def text_parts(feed: Feed, origin: Origin, source: bytes | Path, name: str) -> Iterator[TextPart]:
    """The file's data lines in parts of some 64 MB. Raises Rejected, maybe after the first part."""
    line, separator, first_row = b"", ",", 1
    names: tuple[str, ...] = ()
    for block in blocks(source, name):
        if not names:
            line, _, block = block.partition(b"\n")
            names, separator = _header(feed, line)
        if block.startswith(line + b"\n") or b"\n" + line + b"\n" in block:
            what = "the header stands in the file twice, so it may be two files in one"
            raise Rejected("repeated_header", f"{what}; send each on its own")
        check_lines(block, separator, len(names), first_row)
        # Readers drop a lone carriage return without a word; as another control character it is seen and named.
        block = block.replace(b"\r", b"\x1f")
        rows = _count(block, "\n")
        yield TextPart(origin, names, separator, block, first_row, rows)
        first_row += rows


def read_text(feed: Feed, parts: Sequence[TextPart]) -> Reading:
    """All parts, each of another file, as one frame of text; empty is null."""
    groups: dict[tuple[tuple[str, ...], str, bool], list[TextPart]] = defaultdict(list)
    for part in parts:
        groups[part.names, part.separator, _is_even(part)].append(part)
    readings = [_read_group(feed, group, is_even) for (_, _, is_even), group in groups.items()]
    counts = {version: count for reading in readings for version, count in reading.counts.items()}
    rows = pl.concat(reading.rows for reading in readings)
    return Reading(rows, pl.concat(reading.malformed for reading in readings), counts)


def read_columns(part: TextPart, names: Sequence[str]) -> pl.DataFrame | None:
    """version_id and those of the columns that the part has, in a third of the time; None if lines need a look."""
    if not _is_even(part):
        return None
    schema = dict.fromkeys(part.names, pl.String)
    there = [name for name in names if name in part.names]
    try:
        table = pl.read_csv(_joined([part]), schema=schema, columns=there, separator=part.separator, quote_char=None)
    except pl.exceptions.PolarsError:
        return None  # a line too long made up for one too short
    return table.with_columns(pl.lit(part.origin.version_id, pl.Int64).alias("version_id"))


def _header(feed: Feed, line: bytes) -> tuple[tuple[str, ...], str]:
    check_header(line)
    if len(line) > LONGEST_HEADER:
        what = f"the header has more than {LONGEST_HEADER} bytes"
        raise Rejected("too_large", f"{what}; send the columns of {feed.name} only")
    text = line.decode()
    separator = ";" if text.count(";") > text.count(",") else ","
    names = next(csv.reader([text], delimiter=separator), [])
    _check_separator(feed, text)
    check_columns(feed, names)
    return tuple(names), separator


def _check_separator(feed: Feed, line: str) -> None:
    for separator, name in OTHER_SEPARATORS.items():
        if len(set(line.split(separator)) & set(feed.names)) > 1:
            raise Rejected("wrong_separator", f"fields are separated by {name}; separate them by commas or semicolons")


def _is_even(part: TextPart) -> bool:
    """Whether no line needs a look of its own, if the reader then finds no line with too many fields."""
    expected = part.rows * (len(part.names) - 1)
    plain = b'"' not in part.body and not _has_long_line(part.body)
    return plain and _count(part.body, part.separator) == expected


def _count(body: bytes, character: str) -> int:
    """`bytes.count` stops at every hit; there are very many."""
    return int(np.count_nonzero(np.frombuffer(body, np.uint8) == ord(character)))


def _has_long_line(body: bytes) -> bool:
    start = 0
    while start + LONGEST_LINE < len(body):
        newline = body.rfind(b"\n", start, start + LONGEST_LINE + 1)
        if newline < 0:
            return True
        start = newline + 1
    return False


def _read_group(feed: Feed, parts: list[TextPart], is_even: bool) -> Reading:
    body, lines = _joined(parts), row_numbers(parts)
    if is_even:
        try:
            return _parsed(feed, parts, body, lines, _no_lines())
        except (pl.exceptions.PolarsError, pa.ArrowInvalid):
            pass  # a line too long made up for one too short: look at every line
    text = pl.read_lines(body, name="text").slice(1)
    if text.height != lines.height:
        what = f"{lines.height} lines were counted and {text.height} were read"
        raise Rejected("unreadable_lines", f"{what}; send the file again")
    lines = lines.with_columns(text["text"]).with_columns(rule=_line_rule(len(parts[0].names), parts[0].separator))
    good, bad = lines.filter(pl.col("rule").is_null()), lines.filter(pl.col("rule").is_not_null())
    body = _header_line(parts) + "".join(good.select(pl.col("text") + "\n").to_series()).encode()
    try:
        return _parsed(feed, parts, body, good.drop("text", "rule"), bad)
    except (pl.exceptions.PolarsError, pa.ArrowInvalid) as error:
        what = "its lines can't be read as CSV"
        raise Rejected("unreadable_lines", f"{what}; write it again with one row a line") from error


def _header_line(parts: list[TextPart]) -> bytes:
    """A first line of our own: readers guess the packing of bytes by how they start."""
    return parts[0].separator.join(parts[0].names).encode() + b"\n"


def _joined(parts: list[TextPart]) -> bytes:
    return b"".join((_header_line(parts), *(part.body for part in parts)))


def _no_lines() -> pl.DataFrame:
    return pl.DataFrame(schema=MALFORMED | {"delivery_date": pl.Date})


def _line_rule(fields: int, separator: str) -> pl.Expr:
    """The rule that a line breaks before it has fields, or null."""
    line = pl.col("text")
    quoted = r'"(?:[^"]|"")*"'
    plain = rf'[^"{separator}]*'
    whole = rf"^(?:{quoted}|{plain})(?:{separator}(?:{quoted}|{plain}))*$"
    has_quote = line.str.contains('"', literal=True)
    bare = pl.when(has_quote).then(line.str.replace_all(quoted, "")).otherwise(line)
    return (
        pl.when(line == "").then(pl.lit("blank_line"))
        .when(line.str.len_bytes() > LONGEST_LINE).then(pl.lit("line_too_long"))
        .when(has_quote & ~line.str.contains(whole)).then(pl.lit("unbalanced_quote"))
        .when(bare.str.count_matches(separator, literal=True) != fields - 1).then(pl.lit("wrong_field_count"))
    )  # fmt: skip


def _parsed(feed: Feed, parts: list[TextPart], body: bytes, lines: pl.DataFrame, bad: pl.DataFrame) -> Reading:
    """The lines of `body`, one for each row of `lines`, split into fields."""
    names, separator = parts[0].names, parts[0].separator
    has_quotes = b'"' in body
    schema = dict.fromkeys(names, pl.String)
    table = pl.read_csv(body, schema=schema, separator=separator, quote_char='"' if has_quotes else None)
    if table.height != lines.height:
        what = f"{lines.height} rows were counted and {table.height} were read"
        raise Rejected("unreadable_lines", f"{what}; send the file again")
    if has_quotes:
        table = table.select(pl.when(pl.col(name) != "").then(name).alias(name) for name in names)
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in feed.names if name not in names]
    rows = lines.select("version_id", "row", "delivery_date").hstack(table.with_columns(absent).select(feed.names))
    has_amount = feed.amount in names and lines.height
    cents = _cents(feed, parts, body) if has_amount else np.array([], np.int64)
    return Reading(rows, bad.select(*MALFORMED), counts_of(parts, lines["version_id"], cents))


def _cents(feed: Feed, parts: list[TextPart], body: bytes) -> np.ndarray:
    """Cents of each line as another reader finds them in the same bytes; 0 where an amount can't be read."""
    table = arrow_csv.read_csv(
        pa.BufferReader(body),
        parse_options=arrow_csv.ParseOptions(delimiter=parts[0].separator, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=[feed.amount], column_types={feed.amount: pa.string()}
        ),
    )
    return cents_of(table.column(feed.amount))
