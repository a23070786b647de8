"""Text columns in which few texts repeat, as Parquet codes them: each text once, and for each row the place of its own.

What holds of a text holds of every row that has it, so texts are judged once and rows are looked up.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import pyarrow as pa
import pyarrow.types as kinds

from dagster_project.ingest.control_totals import is_text

# With fewer rows to a text, to look rows up costs as much as to judge them.
ROWS_A_TEXT = 4


@dataclass(frozen=True)
class Coded:
    """`texts` may hold a text twice; `places` has a null where a row has no text."""

    texts: pl.Series
    places: pl.Series

    def of_rows(self, values: pl.Series) -> pl.Series:
        """For each row the value of its text; `values` are in the order of `texts`."""
        return values.gather(self.places)


def repeats(values: pa.ChunkedArray) -> bool:
    """Whether the column is coded text and worth keeping so."""
    if not is_coded(values) or not is_text(values.type.value_type):
        return False
    return sum(len(chunk.dictionary) for chunk in values.chunks) * ROWS_A_TEXT <= len(values)


def is_coded(values: pa.ChunkedArray) -> bool:
    return kinds.is_dictionary(values.type)


def coded(values: pa.ChunkedArray) -> Coded:
    """A column that repeats, of at least one row; empty text is null."""
    one = values.unify_dictionaries()
    texts = pl.Series(one.chunk(0).dictionary, dtype=pl.String).replace("", None)
    return Coded(texts, pl.Series(pa.chunked_array([chunk.indices for chunk in one.chunks])))
