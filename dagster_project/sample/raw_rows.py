"""Puts raw rows between the rows of a CSV text, and tells where they came."""

from __future__ import annotations

import numpy as np

from dagster_project.sample.fault_plan import RawRow


def with_raw_rows(
    csv: bytes, separator: str, rows: list[RawRow], draws: np.random.Generator
) -> tuple[bytes, list[int]]:
    """`csv` with `rows` among its own, in their order and never first, and the data-row number of each (first is 1)."""
    header, *lines = csv.decode().splitlines()
    columns = header.split(separator)
    after = np.sort(draws.integers(min(1, len(lines)), len(lines) + 1, len(rows)))
    raw = [lines[0] if row.repeats_first else _line(row, columns, separator) for row in rows]
    merged = np.insert(np.array(lines, dtype=object), after, np.array(raw, dtype=object))
    numbers = (after + np.arange(len(rows)) + 1).tolist()
    return "\n".join([header, *merged, ""]).encode(), numbers


def _line(row: RawRow, columns: list[str], separator: str) -> str:
    fields = [row.fields.get(column, "") for column in columns]
    if row.extra_fields < 0:
        fields = fields[: row.extra_fields]
    return separator.join(fields + ["surplus"] * max(row.extra_fields, 0))
