"""Reads the reference figures of `data/reference`, as text. What they mean stands in each file's source column."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"


@cache
def table(name: str) -> pl.DataFrame:
    """One reference file, every column as text, empty as null."""
    return pl.read_csv(REFERENCE / f"{name}.csv", infer_schema=False)


def texts(name: str, column: str) -> list[str]:
    return table(name)[column].to_list()


def numbers(name: str, column: str) -> np.ndarray:
    """A column as float64; counts stay exact far beyond what the files hold."""
    return table(name)[column].cast(pl.Float64).to_numpy()
