"""Parquet: one file, never a pattern or a folder; its columns by name, its types by the contract, its sizes by limits.

A column of text is judged as CSV text is; a typed one keeps its type, and no type that rounds is taken for money.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds

from dagster_project.feeds import Column, Feed
from dagster_project.ingest.casts import WHOLE
from dagster_project.ingest.parts import ROWS_AT_ONCE, Origin, Rejected, TypedPart, check_columns
from dagster_project.ingest.text_csv import exact_sum

MAX_ROWS = 200_000_000
# Snapshots of constant values, packed as tightly as they go, have 13.
MAX_ROWS_PER_BYTE = 40
MAX_GROUP_BYTES = 2 << 30
LONGEST_VALUE = 1 << 16
MOST_CENTS = 2**63 - 1
DAMAGED = "the Parquet file is damaged, cut off or encrypted; send it again"


def typed_parts(feed: Feed, origin: Origin, source: bytes | Path, name: str) -> Iterator[TypedPart]:
    """The file's rows in parts of at most a million, columns in the contract's order. Raises Rejected."""
    try:
        with _opened(source) as parquet:
            _check_sizes(parquet.metadata, len(source) if isinstance(source, bytes) else source.stat().st_size)
            check_columns(feed, parquet.schema_arrow.names)
            for column in feed.columns:
                _check_type(column, parquet.schema_arrow)
            yield from _parts(feed, origin, parquet)
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError) as error:
        raise Rejected(DAMAGED) from error


def _opened(source: bytes | Path) -> pq.ParquetFile:
    start = source[:4] if isinstance(source, bytes) else source.open("rb").read(4)
    if not start:
        raise Rejected("the file is empty; send at least the columns")
    if start != b"PAR1":
        raise Rejected("the name ends in .parquet but the bytes are no Parquet; send Parquet, or CSV named .csv")
    reader = pa.BufferReader(source) if isinstance(source, bytes) else source
    schema = pq.read_schema(reader)
    texts = [field.name for field in schema if kinds.is_string(field.type) or kinds.is_large_string(field.type)]
    # Text stays coded until its length is known: a few bytes can stand for very long repeated values.
    return pq.ParquetFile(reader, read_dictionary=texts, page_checksum_verification=True)


def _check_sizes(metadata: pq.FileMetaData, size: int) -> None:
    if metadata.num_rows > min(MAX_ROWS, MAX_ROWS_PER_BYTE * size):
        raise Rejected(
            f"the file says that it has {metadata.num_rows} rows, more than its size allows; send it in parts"
        )
    for number in range(metadata.num_row_groups):
        if metadata.row_group(number).total_byte_size > MAX_GROUP_BYTES:
            raise Rejected(f"a row group has more than {MAX_GROUP_BYTES >> 30} GiB; write smaller row groups")


def _check_type(column: Column, schema: pa.Schema) -> None:
    """Raise Rejected for a type whose values are not those of the column, or may have been rounded."""
    if column.name not in schema.names:
        return
    kind = schema.field(column.name).type
    kind = kind.value_type if kinds.is_dictionary(kind) else kind
    if kinds.is_null(kind) or _is_text(kind):
        return
    is_whole = kinds.is_integer(kind) or (kinds.is_decimal(kind) and kind.scale == 0)
    is_number = kinds.is_integer(kind) or kinds.is_decimal(kind) or kinds.is_floating(kind)
    fits = {
        "text": False,
        "int": is_whole if column.money else is_whole or kinds.is_floating(kind),
        "decimal": is_number,
        "bool": kinds.is_boolean(kind),
        "date": kinds.is_date(kind),
        "timestamp": kinds.is_timestamp(kind) and kind.tz is not None,
    }
    if not fits[column.kind]:
        raise Rejected(f"column {column.name} has type {kind}; send {column.expected}")


def _is_text(kind: pa.DataType) -> bool:
    return kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind)


def _parts(feed: Feed, origin: Origin, parquet: pq.ParquetFile) -> Iterator[TypedPart]:
    first_row = 1
    names = [name for name in feed.names if name in parquet.schema_arrow.names]
    batches = parquet.iter_batches(batch_size=ROWS_AT_ONCE, columns=names)
    if not parquet.metadata.num_rows:
        batches = [_nothing(parquet, names)]
    for batch in batches:
        table = pa.table({name: _plain(name, batch.column(name)) for name in names})
        yield TypedPart(origin, _in_order(feed, table), first_row, _cents(feed, table))
        first_row += batch.num_rows
    if parquet.metadata.num_rows != first_row - 1:
        raise Rejected(f"the file says {parquet.metadata.num_rows} rows and has {first_row - 1}; send it again")


def _nothing(parquet: pq.ParquetFile, names: list[str]) -> pa.RecordBatch:
    fields = [parquet.schema_arrow.field(name) for name in names]
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in fields], names=names)


def _plain(name: str, values: pa.Array) -> pa.Array:
    if not kinds.is_dictionary(values.type):
        return values
    if (pc.max(pc.binary_length(values.dictionary)).as_py() or 0) > LONGEST_VALUE:
        raise Rejected(f"column {name} has a value of more than {LONGEST_VALUE >> 10} KiB; shorten it")
    return values.dictionary_decode()


def _in_order(feed: Feed, table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    present = [pl.col(name) for name in table.column_names]
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in feed.names if name not in table.column_names]
    empty_is_null = [
        pl.when(pl.col(name) != "").then(name).alias(name) for name, dtype in frame.schema.items() if dtype == pl.String
    ]
    return frame.select(present).with_columns(empty_is_null + absent).select(feed.names)


def _cents(feed: Feed, table: pa.Table) -> int:
    if feed.amount is None:
        return 0
    amounts = table.column(feed.amount)
    if _is_text(amounts.type):
        readable = pc.match_substring_regex(amounts, WHOLE)
        amounts = pc.if_else(readable, amounts, "0")
    elif not kinds.is_null(amounts.type):
        wide = pc.cast(amounts, pa.decimal128(38, 0))
        amounts = pc.if_else(pc.less_equal(pc.abs(wide), pa.scalar(Decimal(MOST_CENTS))), wide, pa.scalar(Decimal(0)))
    return exact_sum(pc.fill_null(pc.cast(amounts, pa.int64()), 0).to_numpy())
