"""How a delivery is written: comma or semicolon CSV, gzip, Parquet; the same table gives the same bytes."""

from __future__ import annotations

import gzip
from pathlib import Path
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


def csv_bytes(frame: pl.DataFrame, style: Style) -> bytes:
    """CSV with a header, instants as local time with offset."""
    local = frame.with_columns(pl.col(pl.Datetime("us", "UTC")).dt.convert_time_zone("Europe/Amsterdam"))
    text = local.write_csv(separator=separator(style), datetime_format="%Y-%m-%dT%H:%M:%S%:z")
    return text.encode()


def file_bytes(csv: bytes, style: Style) -> bytes:
    """CSV as it goes to disk."""
    return gzip.compress(csv, compresslevel=6, mtime=0) if style == "gzip" else csv


def write_table(frame: pl.DataFrame, folder: Path, stem: str, style: Style) -> Path:
    """Writes one delivery file and gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}.{SUFFIX[style]}"
    if style == "parquet":
        frame.write_parquet(path, compression="zstd", statistics=True)
    else:
        path.write_bytes(file_bytes(csv_bytes(frame, style), style))
    return path
