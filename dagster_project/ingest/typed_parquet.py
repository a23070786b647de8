"""Parquet: one file, never a pattern or a folder; its columns by name, its types by the contract, its sizes by limits.

A typed column keeps its type, and no type that rounds is taken for money.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds

from dagster_project.feeds import Column, Feed
from dagster_project.ingest.cents import is_text
from dagster_project.ingest.coded import is_coded, repeats
from dagster_project.ingest.masking import masked
from dagster_project.ingest.parts import BLOCK_BYTES, ROWS_AT_ONCE, Origin, Rejected, TypedPart, check_columns

MAX_ROWS = 200_000_000
# Snapshots of constant values, packed as tightly as they go, have 13.
MAX_ROWS_PER_BYTE = 40
MAX_GROUP_BYTES = 2 << 30
LONGEST_VALUE = 1 << 16
DAMAGED = "the Parquet file is damaged, cut off or encrypted; send it again"


def typed_parts(feed: Feed, origin: Origin, source: bytes | Path, name: str) -> Iterator[TypedPart]:
    """The file's rows in parts of some million rows. Raises Rejected, maybe after the first part."""
    try:
        with _opened(source) as parquet:
            schema = parquet.schema_arrow
            check_columns(feed, schema.names)
            for column in feed.columns:
                _check_type(column, schema)
            yield from _parts(origin, parquet, schema)
    except (pa.ArrowException, OSError, ValueError) as error:  # a name in it that is no UTF-8 is a ValueError
        raise Rejected(DAMAGED) from error


def _opened(source: bytes | Path) -> pq.ParquetFile:
    start = source[:4] if isinstance(source, bytes) else _first_bytes(source)
    if not start:
        raise Rejected("the file is empty; send at least the columns")
    if start != b"PAR1":
        raise Rejected("the name ends in .parquet but the bytes are no Parquet; send Parquet, or CSV named .csv")
    reader = pa.BufferReader(source) if isinstance(source, bytes) else source
    metadata = pq.read_metadata(reader)
    _check_sizes(metadata, len(source) if isinstance(source, bytes) else source.stat().st_size)
    texts = [] if _most_bytes(metadata) <= BLOCK_BYTES else _texts(metadata.schema)
    return pq.ParquetFile(reader, metadata=metadata, read_dictionary=texts, page_checksum_verification=True)


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _most_bytes(metadata: pq.FileMetaData) -> int:
    """What the rows can unfold to: every value may stand once for all rows."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    return metadata.num_rows * sum(group.total_byte_size for group in groups)


def _texts(schema: pq.ParquetSchema) -> list[str]:
    """Columns that are kept coded until the length of their values is known."""
    columns = [schema.column(number) for number in range(len(schema))]
    return [column.path for column in columns if column.logical_type.type == "STRING" and "." not in column.path]


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
    if kinds.is_null(kind) or is_text(kind):
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
        raise Rejected(f"column {column.name} has type {masked(str(kind))}; send {column.expected}")


def _parts(origin: Origin, parquet: pq.ParquetFile, schema: pa.Schema) -> Iterator[TypedPart]:
    first_row = 1
    for table in _tables(parquet, schema):
        yield TypedPart(origin, _checked(table), first_row)
        first_row += table.num_rows
    if parquet.metadata.num_rows != first_row - 1:
        raise Rejected(f"the file says {parquet.metadata.num_rows} rows and has {first_row - 1}; send it again")


def _tables(parquet: pq.ParquetFile, schema: pa.Schema) -> Iterator[pa.Table]:
    """All rows at once if they are few, which takes half the time; at least one table."""
    groups = (parquet.metadata.row_group(number) for number in range(parquet.num_row_groups))
    if sum(group.num_rows for group in groups) <= ROWS_AT_ONCE:
        yield parquet.read()
        return
    waiting = [pa.Table.from_batches([], schema)]
    for batch in parquet.iter_batches(batch_size=ROWS_AT_ONCE):
        waiting.append(pa.Table.from_batches([batch]))
        if sum(table.num_rows for table in waiting) >= ROWS_AT_ONCE:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _checked(table: pa.Table) -> pa.Table:
    columns = {name: _unfolded(name, table.column(name)) for name in sorted(table.column_names)}
    for values in columns.values():
        if is_coded(values) or is_text(values.type):
            values.validate(full=True)  # text that is not UTF-8 would stop every later reader
    return pa.table(columns)


def _unfolded(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Each value written out, unless few texts repeat."""
    if not is_coded(values):
        return values
    longest = [pc.max(pc.binary_length(chunk.dictionary)).as_py() or 0 for chunk in values.chunks]
    if max(longest, default=0) > LONGEST_VALUE:
        raise Rejected(f"column {name} has a value of more than {LONGEST_VALUE >> 10} KiB; shorten it")
    return values if repeats(values) and len(values) else values.cast(values.type.value_type)
