"""From parts of Parquet files to frames of rows: columns in the contract's order, empty text as null.

A column of text is judged as CSV text is; one whose texts repeat comes with its codes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
import pyarrow as pa

from dagster_project.feeds import Feed
from dagster_project.ingest.control_totals import cents_of
from dagster_project.ingest.dictionary_columns import Coded, coded, is_coded
from dagster_project.ingest.reading import MALFORMED, Reading, TypedPart, counts_of, row_numbers


def read_typed(feed: Feed, parts: Sequence[TypedPart]) -> Iterator[Reading]:
    """The parts as frames, one for those whose columns have the same types; empty text is null."""
    alike: dict[tuple[tuple[str, pa.DataType], ...], list[TypedPart]] = defaultdict(list)
    for part in parts:
        alike[tuple((field.name, field.type) for field in part.table.schema)].append(part)
    for group in alike.values():
        yield _reading(feed, group, pa.concat_tables([part.table for part in group]))


def _reading(feed: Feed, parts: list[TypedPart], table: pa.Table) -> Reading:
    numbers = row_numbers(parts)
    amounts = table.column(feed.amount) if feed.amount in table.column_names else None
    if amounts is not None and is_coded(amounts):
        amounts = amounts.cast(amounts.type.value_type)
    cents = np.array([], np.int64) if amounts is None else cents_of(amounts)
    codes = {name: coded(table.column(name)) for name in table.column_names if is_coded(table.column(name))}
    rows = numbers.hstack(_in_order(feed, table, codes))
    return Reading(rows, pl.DataFrame(schema=MALFORMED), counts_of(parts, numbers["version_id"], cents), codes)


def _in_order(feed: Feed, table: pa.Table, codes: dict[str, Coded]) -> pl.DataFrame:
    frame = pl.DataFrame(table.drop_columns(list(codes)))
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String and (frame[name] == "").any()]
    absent = [name for name in feed.names if name not in table.column_names]
    return frame.with_columns(
        *(pl.when(pl.col(name) != "").then(name).alias(name) for name in texts),
        *(column.of_rows(column.texts).alias(name) for name, column in codes.items()),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in absent),
    ).select(feed.names)
