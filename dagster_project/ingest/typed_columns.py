"""Columns of Parquet files: which types the contract takes, and each column in the one form that the judge reads.

No type that rounds is taken for money, and no value goes on that a later reader would stop at.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from dagster_project.feeds import Column
from dagster_project.ingest.control_totals import is_text
from dagster_project.ingest.dictionary_columns import is_coded, repeats
from dagster_project.ingest.masking import masked
from dagster_project.ingest.rejected import Rejected

LONGEST_VALUE = 1 << 16
DECIMAL_BITS = 128
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)
EPOCH = date(1970, 1, 1)
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def check_type(column: Column, schema: pa.Schema) -> None:
    """Raise Rejected for a type whose values are not those of the column, or may have been rounded."""
    if column.name not in schema.names:
        return
    kind = schema.field(column.name).type
    kind = kind.value_type if kinds.is_dictionary(kind) else kind
    if not (kinds.is_null(kind) or is_text(kind) or _fits(column, kind)):
        shown = masked(str(kind)) if len(str(kind)) <= 60 else type(kind).__name__
        raise Rejected("unsupported_type", f"column {column.name} has type {shown}; send {column.expected}")


def _fits(column: Column, kind: pa.DataType) -> bool:
    is_decimal = kinds.is_decimal(kind) and kind.bit_width <= DECIMAL_BITS
    is_whole = kinds.is_integer(kind) or (is_decimal and kind.scale == 0)
    is_float = kinds.is_float32(kind) or kinds.is_float64(kind)
    match column.kind:
        case "int":
            return is_whole or (is_float and not (column.money or column.name.endswith("_cents")))
        case "decimal":
            return kinds.is_integer(kind) or is_decimal or is_float
        case "bool":
            return kinds.is_boolean(kind)
        case "date":
            return kinds.is_date(kind)
        case "timestamp":
            return kinds.is_timestamp(kind) and kind.tz is not None
    return False


def checked(table: pa.Table) -> pa.Table:
    """The columns, sorted by name, in types that Polars takes. Raises Rejected for what a later reader stops at."""
    return pa.table({name: _readable(name, table.column(name)) for name in sorted(table.column_names)})


def _readable(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    values = _unfolded(name, values)
    kind = values.type
    if is_coded(values) or is_text(kind):
        return _utf8(name, values)
    if kinds.is_date(kind):
        return _in_calendar(name, values.cast(pa.date32()))
    if kinds.is_timestamp(kind):
        return _in_calendar(name, values.cast(pa.timestamp(kind.unit, "UTC")))  # the same instants
    return values.cast(pa.decimal128(kind.precision, kind.scale)) if kinds.is_decimal(kind) else values


def _unfolded(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Each value written out, unless few texts repeat."""
    if not is_coded(values):
        return values
    if not is_text(values.type.value_type):
        return values.cast(values.type.value_type)
    longest = [pc.max(pc.binary_length(chunk.dictionary)).as_py() or 0 for chunk in values.chunks]
    if max(longest, default=0) > LONGEST_VALUE:
        what = f"column {name} has a value of more than {LONGEST_VALUE >> 10} KiB"
        raise Rejected("too_large", f"{what}; shorten it")
    return values if repeats(values) and len(values) else values.cast(values.type.value_type)


def _utf8(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        values.validate(full=True)
    except pa.ArrowInvalid as error:
        raise Rejected("not_utf8", f"column {name} holds text that is not UTF-8; send it in UTF-8") from error
    return values.cast(pa.large_string()) if kinds.is_string_view(values.type) else values


def _in_calendar(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Raise Rejected for a day that nobody can write as YYYY-MM-DD; the contract's own years are judged by row."""
    if kinds.is_timestamp(values.type):
        ends = (int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) for day in (FIRST, LAST))
        counts, (first, last) = values.cast(pa.int64()), (end * PER_SECOND[values.type.unit] for end in ends)
        last += 86_400 * PER_SECOND[values.type.unit] - 1
    else:
        counts, first, last = values.cast(pa.int32()), (FIRST - EPOCH).days, (LAST - EPOCH).days
    found = pc.min_max(counts)
    if found["min"].is_valid and not first <= found["min"].as_py() <= found["max"].as_py() <= last:
        what = f"column {name} has a day outside the years 1..9999, such as infinity"
        raise Rejected("value_out_of_range", f"{what}; leave it empty where there is none")
    return values
