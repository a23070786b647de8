"""What a user would do instead: programs that make the finance and capacity tables from the same files.

Each takes a landing folder, the DuckDB file to write and a list of the files that are no good, and is told how much
memory DuckDB has in a run.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.benchmark.measure import module

BY_HAND, HELD = "by hand", "by hand, in a run's memory"
Program = Callable[[Path, Path, Path, str], tuple[str, ...]]


def _program(name: str) -> Program:
    return lambda landing, out, left_out, _: module(f"tests.benchmark.{name}", landing, out, left_out)


def _held(landing: Path, out: Path, left_out: Path, memory: str) -> tuple[str, ...]:
    return module("tests.benchmark.by_hand", landing, out, left_out, memory)


OTHERS: dict[str, Program] = {
    BY_HAND: _program("by_hand"),
    HELD: _held,
    "pandas": _program("in_pandas"),
    "Polars": _program("in_polars"),
    "PySpark": _program("in_spark"),
}
