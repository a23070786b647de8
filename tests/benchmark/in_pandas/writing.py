"""Writes finished frames as tables of a DuckDB file.

Cents become euros, `quantity_e4` (ten-thousandths) becomes a `quantity` with four decimals, days become dates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

CENTS, SCALED = "_cents", re.compile(r"(.+)_e([0-9])")


def write_tables(out: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """`tables` by schema and name."""
    with duckdb.connect(out) as connection:
        connection.execute("set timezone = 'Europe/Amsterdam'")
        for schema in dict.fromkeys(name.partition(".")[0] for name in tables):
            connection.execute(f"create schema {schema}")
        for name, frame in tables.items():
            connection.register("finished", _arrow(frame))
            connection.execute(f"create table {name} as from finished")


def _arrow(frame: pd.DataFrame) -> pa.Table:
    columns = {}
    for name, column in frame.items():
        values = pa.chunked_array([pa.array(column, from_pandas=True)])
        if name.endswith(CENTS):
            columns[name.removesuffix(CENTS) + "_eur"] = _decimals(values, 2)
        elif scaled := SCALED.fullmatch(name):
            columns[scaled[1]] = _decimals(values, int(scaled[2]))
        elif pa.types.is_timestamp(values.type) and values.type.tz is None:
            columns[name] = values.cast(pa.date32())
        else:
            columns[name] = values
    return pa.table(columns)


def _decimals(values: pa.ChunkedArray, scale: int) -> pa.ChunkedArray:
    last = pa.scalar(Decimal(1).scaleb(-scale), pa.decimal128(scale + 1, scale))
    return pc.multiply(values.cast(pa.int64()).cast(pa.decimal128(19, 0)), last).cast(pa.decimal128(18, scale))
