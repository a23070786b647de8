"""Charts of money in Altair: the course of the year, parts per insurer, double funding by rule.

Figures come in as plain rows; nothing is computed and nothing is read here.
"""

from __future__ import annotations

import altair as alt

from dagster_project.monitor.drawing import BLUE, INK, ORANGE, PALE, SOFT
from dagster_project.monitor.encoding import NAME_AXIS, measure, values
from dagster_project.monitor.released import Row


def realisation_by_region(rows: list[Row], order: list[str]) -> alt.FacetChart:
    """Cumulative realisation by month of the year, a panel per region: this year a line with points, last year pale.

    Rows: region, month_number (1..12), pct, year, latest (bool).
    """
    by_month = alt.Axis(
        title=None, values=[1, 4, 7, 10], grid=False, labelExpr="utcFormat(utc(2025, datum.value - 1), '%b')"
    )
    month = alt.X("month_number", type="quantitative", scale=alt.Scale(domain=[1, 12], nice=False), axis=by_month)
    percent = measure(alt.Y, "pct", values=[0, 50, 100], labelExpr="datum.label + '%'").scale(
        domain=[0, 110], clamp=True
    )
    course = alt.Chart().encode(x=month, y=percent)
    line = {"interpolate": "linear", "strokeWidth": 2.5}
    latest = course.mark_line(color=BLUE, point=alt.OverlayMarkDef(color=BLUE, size=22), **line)
    panel = alt.Facet("region", type="nominal", sort=order, header=alt.Header(labelAnchor="start"))
    return (
        alt.layer(
            _evenly_spent(),
            course.mark_line(color=PALE, **line).transform_filter("!datum.latest"),
            latest.transform_filter("datum.latest"),
        )
        .properties(width=178, height=92)
        .facet(panel, columns=5, data=values(rows), spacing={"row": 14, "column": 14})
    )


def _evenly_spent() -> alt.Chart:
    ends = alt.Chart(values([{"x": 0, "y": 0, "x2": 12, "y2": 100}]))
    dashed = ends.mark_rule(color=SOFT, strokeDash=[2, 3], strokeWidth=1, clip=True)
    return dashed.encode(
        x=alt.X("x", type="quantitative"), x2="x2", y=alt.Y("y", type="quantitative"), y2="y2"
    )  # fmt: skip


_OF_A_LETTER = 6.8
"""Width in pixels at 12 px: a browser's own font is wider than the one that labels are measured with."""


def _names(field: str, rows: list[Row]) -> alt.Y:
    """The axis of bars that have names: as wide as the longest, in the order of the rows."""
    width = round(_OF_A_LETTER * max(len(row[field]) for row in rows))
    axis = alt.Axis(labelLimit=width, minExtent=width, labelColor=INK, **NAME_AXIS)
    return alt.Y(field, type="nominal", sort=None, axis=axis)


def parts_by_insurer(rows: list[Row]) -> alt.LayerChart:
    """What each insurer pays (right, blue) or gets back (left, orange) of the difference. Rows: insurer, part."""
    back = alt.when("datum.part < 0").then(alt.value(ORANGE)).otherwise(alt.value(BLUE))
    bars = alt.Chart().mark_bar(height=13).encode(color=back)
    zero = alt.Chart(values([{}])).mark_rule(color=INK)
    line = zero.encode(x=alt.XDatum(0), y=alt.value(0), y2=alt.value("height"))
    return (
        alt.layer(bars, line, data=values(rows))
        .encode(
            y=_names("insurer", rows),
            x=measure(alt.X, "part", "euro", zero=True, format=",.0f", tickCount=6),
        )
        .properties(width=860, height=alt.Step(22))
    )


def year_ends(rows: list[Row]) -> alt.LayerChart:
    """What each region's year is expected to end at, a point within its interval, and the budget at 100 %.

    Rows: region, expected_pct, low_pct, high_pct (the last two None without an interval).
    """
    interval = alt.Chart().mark_bar(color=PALE, height=11).transform_filter("datum.low_pct !== null")
    point = alt.Chart().mark_point(color=BLUE, filled=True, size=55, opacity=1)
    budget = alt.Chart(values([{}])).mark_rule(color=SOFT, strokeDash=[2, 3])
    line = budget.encode(x=alt.XDatum(100), y=alt.value(0), y2=alt.value("height"))
    share = measure(alt.X, "expected_pct", "% van het budget", format=",.2~f", tickCount=6)
    spread = measure(alt.X, "low_pct", "% van het budget", format=",.2~f", tickCount=6)
    name = _names("region", rows)
    return alt.layer(
        interval.encode(y=name, x=spread, x2="high_pct"), point.encode(y=name, x=share), line, data=values(rows)
    ).properties(width=760, height=alt.Step(22))


def amounts_by_rule(rows: list[Row]) -> alt.LayerChart:
    """Amount at risk per rule (pale) and what of it is disputed (orange). Rows: rule, at_risk, disputed in euros."""
    euros = alt.Axis(title="euro", format=",.0f", tickCount=5)

    def bars(field: str, **mark: object) -> alt.Chart:
        return alt.Chart().mark_bar(**mark).encode(x=alt.X(field, type="quantitative", axis=euros))

    layers = alt.layer(
        bars("at_risk", color=PALE, height=18), bars("disputed", color=ORANGE, height=9), data=values(rows)
    )
    return layers.encode(y=_names("rule", rows)).properties(width=760, height=alt.Step(28))
