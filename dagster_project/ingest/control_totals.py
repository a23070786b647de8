"""Cents as pyarrow reads them: a second opinion, so that no amount is lost or changed between reader and judge."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from dagster_project.ingest.casts import WHOLE

MOST_CENTS = 2**63 - 1


def cents_of(amounts: pa.ChunkedArray) -> np.ndarray:
    """Int64 cents of each row; 0 where an amount is empty or can't be read."""
    cents = np.zeros(len(amounts), np.int64)
    if not kinds.is_null(amounts.type):
        # By way of Polars: pyarrow's own way to numpy imports pandas, which takes a second.
        is_readable = _is_readable(amounts)
        readable = pc.cast(pc.filter(amounts, is_readable), pa.int64())
        cents[pl.Series(is_readable).fill_null(False).to_numpy()] = pl.Series(readable).to_numpy()
    return cents


def is_text(kind: pa.DataType) -> bool:
    return kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind)


def _is_readable(amounts: pa.ChunkedArray) -> pa.ChunkedArray:
    if is_text(amounts.type):
        return pc.match_substring_regex(amounts, WHOLE)
    if kinds.is_signed_integer(amounts.type):
        return pc.is_valid(amounts)
    wide = pc.cast(amounts, pa.decimal128(38, 0))
    return pc.less_equal(pc.abs(wide), pa.scalar(Decimal(MOST_CENTS)))
