"""What charts share: rows as Altair takes them, and its axes of months and measures in Dutch."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt

from dagster_project.monitor.released import Row

_MONTHS = (
    "utcmonth(datum.value) == 0 ? [utcFormat(datum.value, '%b'), utcFormat(datum.value, '%Y')]"
    " : utcFormat(datum.value, '%b')"
)
NAME_AXIS = {"title": None, "domain": False, "ticks": False, "labelPadding": 6, "labelFontSize": 12}
"""Of bars with a name each."""


def values(rows: list[Row]) -> alt.InlineData:
    """Rows as Vega takes them: dates as ISO text, decimals as numbers."""
    return alt.InlineData([{name: _plain(value) for name, value in row.items()} for row in rows])


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if value is not None and not isinstance(value, str | bool | int) else value


def month_axis(field: str = "month", ticks: int = 6) -> alt.X:
    axis = alt.Axis(grid=False, title=None, labelExpr=_MONTHS, labelOverlap=True, tickCount=ticks)
    return alt.X(field, type="temporal", scale=alt.Scale(type="utc"), axis=axis)


def measure(
    channel: type[alt.X] | type[alt.Y], field: str, title: str | None = None, *, zero: bool = False, **axis: Any
) -> alt.X | alt.Y:
    """A quantity on an axis; `channel` is alt.X or alt.Y."""
    scale = alt.Scale(zero=zero, nice=True)
    return channel(field, type="quantitative", scale=scale, axis=alt.Axis(**{"title": title, "tickCount": 4} | axis))
