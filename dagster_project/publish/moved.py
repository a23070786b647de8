"""The main figures of a release, and which of them moved against the release before, and why.

Figures are read once, while the release is made, and kept in its manifest.json: comparing two releases
opens no table. A figure's name tells what, and of which year, region, edition or rule.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; these are constants of this file
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_project.publish.catalog import Mart
from dagster_project.publish.tables import published

_DELIVERY = ("feed", "delivery_date", "file", "version", "sha256")


@dataclass(frozen=True)
class Total:
    """Totals of one mart, over the first of its dimensions, the first two, and so on."""

    table: str
    measures: dict[str, str]
    dimensions: tuple[str, ...]

    @property
    def query(self) -> str:
        prefixes = [f"({', '.join(self.dimensions[:n])})" for n in range(1, len(self.dimensions) + 1)]
        dimensions = ", ".join(f"{name}::varchar, grouping({name})" for name in self.dimensions)
        measures = ", ".join(f"({measure})::varchar" for measure in self.measures.values())
        return f"select {dimensions}, {measures} from {{}} group by grouping sets ({', '.join(prefixes)}) order by all"


TOTALS = (
    Total(
        "finance.budget_realisation",
        {name: f"sum({name})" for name in ("declared_eur", "disputed_eur", "revenue_eur")},
        ("year", "region_code"),
    ),
    Total("finance.budget", {"budget_eur": "sum(amount_eur)"}, ("year", "region_code")),
    Total("finance.settlement", {"revenue_difference_eur": "sum(revenue_difference_eur)"}, ("year", "edition")),
    Total(
        "integrity.double_funding_finding",
        {"findings": "count(*)", "amount_at_risk_eur": "sum(amount_at_risk_eur)"},
        ("rule", "region_code"),
    ),
)


def figures(con: duckdb.DuckDBPyConnection, marts: Iterable[Mart], rows: dict[str, int]) -> dict[str, str]:
    """The main figures by name: euros and counts as exact text; `rows` are the row counts by table."""
    by_name = {mart.full_name: mart for mart in marts}
    found = {f"rows {table}": str(count) for table, count in rows.items()}
    for total in TOTALS:
        if total.table in by_name:
            records = con.execute(total.query.format(published(by_name[total.table]))).fetchall()
            found |= dict(pair for record in records for pair in _named(total, record))
    return found


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


def _named(total: Total, record: tuple[Any, ...]) -> Iterable[tuple[str, str]]:
    width = len(total.dimensions)
    dimensions, values = record[: 2 * width], record[2 * width :]
    of = [name or "unknown" for name, rolled_up in zip(dimensions[::2], dimensions[1::2], strict=True) if not rolled_up]
    for measure, value in zip(total.measures, values, strict=True):
        yield " ".join([measure, *of]), value or "0.00"
