"""How a delivery is written: comma or semicolon CSV, gzip, Parquet; the same table gives the same bytes."""

from __future__ import annotations

import gzip
import io
from typing import Literal

import polars as pl

Style = Literal["comma", "semicolon", "gzip", "parquet"]
Format = Literal["mixed", "parquet", "csv"]
MIXED: tuple[Style, ...] = ("comma", "parquet", "semicolon", "gzip")
CSV: tuple[Style, ...] = ("comma", "semicolon", "gzip")
SUFFIX = {"comma": "csv", "semicolon": "csv", "gzip": "csv.gz", "parquet": "parquet"}
PARQUET_FROM_SCALE = 0.5


def daily_styles(chosen: Format | None, scale: float) -> tuple[Style, ...]:
    """The styles that daily files take in turn."""
    match chosen or ("parquet" if scale >= PARQUET_FROM_SCALE else "mixed"):
        case "parquet":
            return ("parquet",)
        case "csv":
            return CSV
        case _:
            return MIXED


def separator(style: Style) -> str:
    return ";" if style == "semicolon" else ","


def ordered(columns: list[str], style: Style) -> list[str]:
    """The order of the columns in a file; semicolon files have them by name, since order does not matter."""
    return sorted(columns) if style == "semicolon" else columns


def csv_bytes(frame: pl.DataFrame, style: Style) -> bytes:
    """CSV with a header, instants as local time with offset."""
    columns = ordered(frame.columns, style)
    local = in_local_time(frame if columns == frame.columns else frame.select(columns))
    text = local.write_csv(separator=separator(style), datetime_format="%Y-%m-%dT%H:%M:%S%:z")
    return text.encode()


def in_local_time(frame: pl.DataFrame) -> pl.DataFrame:
    """Instants as CSV has them; worth doing for many files at once."""
    utc = pl.Datetime("us", "UTC")
    if utc not in frame.schema.values():
        return frame
    return frame.with_columns(pl.col(utc).dt.convert_time_zone("Europe/Amsterdam"))


def file_bytes(csv: bytes, style: Style) -> bytes:
    """CSV as it goes to disk."""
    return gzip.compress(csv, compresslevel=6, mtime=0) if style == "gzip" else csv


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()
