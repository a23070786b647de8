"""What a user would do instead: programs that make the finance and capacity tables from the same files.

Each takes a landing folder, the DuckDB file to write and a list of the files that are no good.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.benchmark.measure import module

BY_HAND = "by hand"


def _program(name: str) -> Callable[[Path, Path, Path], tuple[str, ...]]:
    return lambda landing, out, left_out: module(f"tests.benchmark.{name}", landing, out, left_out)


OTHERS = {BY_HAND: _program("by_hand"), "pandas": _program("in_pandas"), "Polars": _program("in_polars"),
          "PySpark": _program("in_spark")}  # fmt: skip
