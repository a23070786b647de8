"""Parquet: one file, never a pattern or a folder; its columns by name, its sizes by limits.

A typed column keeps its type; which types and values are taken stands in `typed_columns`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.feeds import Feed
from dagster_project.ingest.reading import BLOCK_BYTES, ROWS_AT_ONCE, Origin, TypedPart, check_columns
from dagster_project.ingest.rejected import Rejected, is_about_the_file
from dagster_project.ingest.typed_columns import check_type, checked

MAX_ROWS = 200_000_000
# Snapshots of constant values, packed as tightly as they go, have 13.
MAX_ROWS_PER_BYTE = 40
MAX_GROUP_BYTES = 2 << 30
DAMAGED = "the Parquet file is damaged, cut off or encrypted; send it again"


def typed_parts(feed: Feed, origin: Origin, source: bytes | Path, name: str) -> Iterator[TypedPart]:
    """The file's rows in parts of some million rows. Raises Rejected, maybe after the first part."""
    try:
        with _opened(source) as parquet:
            schema = parquet.schema_arrow
            check_columns(feed, schema.names)
            for column in feed.columns:
                check_type(column, schema)
            yield from _parts(origin, parquet, schema)
    except pa.ArrowNotImplementedError as error:
        what = "the Parquet file has a type or an encoding that is not known here"
        raise Rejected("unsupported_type", f"{what}; send plain columns") from error
    except (pa.ArrowException, OSError, ValueError) as error:  # a name in it that is no UTF-8 is a ValueError
        if not is_about_the_file(error):
            raise
        raise Rejected("damaged_parquet", DAMAGED) from error


def _opened(source: bytes | Path) -> pq.ParquetFile:
    start = source[:4] if isinstance(source, bytes) else _first_bytes(source)
    if not start:
        raise Rejected("empty_file", "the file is empty; send at least the columns")
    if start != b"PAR1":
        what = "the name ends in .parquet but the bytes are no Parquet"
        raise Rejected("wrong_format", f"{what}; send Parquet, or CSV named .csv")
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
        what = f"the file says that it has {metadata.num_rows} rows, more than its size allows"
        raise Rejected("too_large", f"{what}; send it in parts")
    for number in range(metadata.num_row_groups):
        if metadata.row_group(number).total_byte_size > MAX_GROUP_BYTES:
            what = f"a row group has more than {MAX_GROUP_BYTES >> 30} GiB"
            raise Rejected("too_large", f"{what}; write smaller row groups")


def _parts(origin: Origin, parquet: pq.ParquetFile, schema: pa.Schema) -> Iterator[TypedPart]:
    first_row = 1
    for table in _tables(parquet, schema):
        yield TypedPart(origin, checked(table), first_row)
        first_row += table.num_rows
    if parquet.metadata.num_rows != first_row - 1:
        what = f"the file says {parquet.metadata.num_rows} rows and has {first_row - 1}"
        raise Rejected("damaged_parquet", f"{what}; send it again")


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
