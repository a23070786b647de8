"""A mart as one Parquet file: the same rows give the same bytes, for any number of threads."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import literal
from dagster_project.publish import audit
from dagster_project.publish.tables import published

OPTIONS = "format parquet, compression zstd, compression_level 1"


def parquet_name(mart: Mart) -> str:
    return f"{mart.full_name}.parquet"


def export(con: duckdb.DuckDBPyConnection, mart: Mart, folder: Path) -> None:
    """Writes `<schema>.<table>.parquet` from the release file, without what its inputs do not tell."""
    hidden = tuple(column.name for column in mart.columns if column.null_in_parquet)
    columns = audit.columns_with_null(con, published(mart), hidden)
    con.execute(f"copy (select {columns}) to {literal(str(folder / parquet_name(mart)))} ({OPTIONS})")
