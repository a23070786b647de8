"""Milliseconds of a point query on each table of a home's release: `python -m tests.benchmark.queries HOME`, JSON.

As `zorgmart query` asks it, in a process that runs already: the release is opened and closed for each.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import median

import pyarrow as pa

from dagster_project.marts.sql import literal, quoted
from dagster_project.publish.pointer import current_release
from dagster_project.publish.reader import query

TIMES = 5


def milliseconds(home: Path) -> dict[str, float]:
    """The median of a few times per table; the row asked for stands in the middle of the table."""
    tables = current_release(home).manifest()["tables"]
    return {name: _point_query(home, name, table["rows"]) for name, table in tables.items() if table["rows"]}


def _point_query(home: Path, table: str, rows: int) -> float:
    row = query(home, f"from {table} limit 1 offset {rows // 2}")
    names = [field.name for field in row.schema if not pa.types.is_nested(field.type)]
    conditions = " and ".join(_is(name, row.column(name)[0].as_py()) for name in names[:6])
    return median(_seconds(home, f"from {table} where {conditions}") for _ in range(TIMES)) * 1000


def _is(name: str, value: object) -> str:
    return f"{quoted(name)} is null" if value is None else f"{quoted(name)} = {literal(str(value))}"


def _seconds(home: Path, sql: str) -> float:
    began = time.monotonic()
    found = query(home, sql)
    if not found.num_rows:
        raise SystemExit(f"no row is found by {sql}")
    return time.monotonic() - began


if __name__ == "__main__":
    print(json.dumps(milliseconds(Path(sys.argv[1]))))
