"""What charts share: rows as Vega-Lite takes them, and its axes of months and measures in Dutch."""

from __future__ import annotations

from datetime import date
from typing import Any

from dagster_project.monitor.released import Row

_MONTHS = (
    "utcmonth(datum.value) == 0 ? [utcFormat(datum.value, '%b'), utcFormat(datum.value, '%Y')]"
    " : utcFormat(datum.value, '%b')"
)


def values(rows: list[Row]) -> dict[str, Any]:
    """Rows as Vega takes them: dates as ISO text, decimals as numbers."""
    return {"values": [{name: _plain(value) for name, value in row.items()} for row in rows]}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if value is not None and not isinstance(value, str | bool | int) else value


def month_axis(field: str = "month", ticks: int | None = None) -> Row:
    axis = {"grid": False, "title": None, "labelExpr": _MONTHS, "labelOverlap": True}
    return {
        "field": field,
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": axis | ({"tickCount": ticks} if ticks else {}),
    }


def measure(field: str, title: str | None = None, *, zero: bool = False, **axis: Any) -> Row:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"zero": zero, "nice": True},
        "axis": {"title": title, "tickCount": 4} | axis,
    }
