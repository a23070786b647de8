"""The main figures of a release, and which of them moved against the release before, and why.

Figures are read once, while the release is made, and kept in its manifest.json: comparing two releases
opens no table. A figure's name tells what, and of which year, region, edition or rule; which are watched stands in the
marts' YAML (`watched`).
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; the marts' YAML has them, and was checked as it was read
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb

from dagster_project.marts.mart import Mart, Watched
from dagster_project.publish.tables import published

_DELIVERY = ("feed", "delivery_date", "file", "version", "sha256")


def figures(con: duckdb.DuckDBPyConnection, marts: Iterable[Mart], rows: dict[str, int]) -> dict[str, str]:
    """The main figures by name: euros and counts as exact text; `rows` are the row counts by table."""
    found = {f"rows {table}": str(count) for table, count in rows.items()}
    for mart in marts:
        if mart.watched:
            records = con.execute(_query(mart.watched, published(mart))).fetchall()
            found |= dict(pair for record in records for pair in _named(mart.watched, record))
    return found


def _query(watched: Watched, table: str) -> str:
    """Totals over the first of the columns `by`, the first two, and so on; each column beside whether it is summed."""
    prefixes = [f"({', '.join(watched.by[:n])})" for n in range(1, len(watched.by) + 1)]
    by = ", ".join(f"{name}::varchar, grouping({name})" for name in watched.by)
    figures = ", ".join(f"({figure})::varchar" for _, figure in watched.figures)
    return f"select {by}, {figures} from {table} group by grouping sets ({', '.join(prefixes)}) order by all"


def moved(before: dict[str, str], after: dict[str, str]) -> list[dict[str, str | None]]:
    """Figures that differ, as {figure, before, after}, in the order of their names; null where there was none."""
    names = sorted(before.keys() | after.keys())
    return [
        {"figure": name, "before": before.get(name), "after": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]


def deliveries_changed(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Versions of deliveries that only the second has, and that only the first had.

    A manifest of 0.4.0 and before counts no versions; beside one of those they are told apart by their bytes alone.
    """
    names = [name for name in _DELIVERY if all(name in delivery for delivery in (*before, *after))]
    old, new = ({tuple(str(delivery[name]) for name in names) for delivery in side} for side in (before, after))
    return _as_deliveries(names, new - old), _as_deliveries(names, old - new)


def _as_deliveries(names: list[str], rows: set[tuple[str, ...]]) -> list[dict[str, str]]:
    return [dict(zip(names, row, strict=True)) for row in sorted(rows)]


def _named(watched: Watched, record: tuple[Any, ...]) -> Iterable[tuple[str, str]]:
    width = 2 * len(watched.by)
    by, values = record[:width], record[width:]
    of = [name or "unknown" for name, rolled_up in zip(by[::2], by[1::2], strict=True) if not rolled_up]
    for (figure, _), value in zip(watched.figures, values, strict=True):
        yield " ".join([figure, *of]), value or "0.00"
