"""Charts of KPIs in Altair: control charts and funnels.

Status is told by shape as well as by colour: a diamond improves, a triangle worsens, a square is special only,
a cross is drawn apart: a month that nothing judges.
Figures come in as plain rows; nothing is computed and nothing is read here.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from dagster_project.monitor.drawing import BLUE, INK, ORANGE, SOFT
from dagster_project.monitor.encoding import measure, month_axis, values
from dagster_project.monitor.released import Row

SPECIAL = {
    "common": ("circle", BLUE),
    "improving": ("diamond", BLUE),
    "worsening": ("triangle-up", ORANGE),
    "special": ("square", SOFT),
    "unjudged": ("cross", SOFT),
}


def control_chart(rows: list[Row], suffix: str = "") -> alt.TopLevelMixin:
    """XmR charts, a panel per `panel` where there are several: value by month between its limits, centre and target.

    Rows: panel, month, value, centre, lower_limit, upper_limit, target, variation (a key of SPECIAL), judged_value
    (what the line goes through; other points stand apart), and part, within
    which centre and limits are drawn.
    """
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    layers = _control_layers(suffix)
    if len(panels) == 1:
        return layers.properties(data=values(rows), width=268, height=112)
    panel = alt.Facet("panel", type="nominal", sort=panels, header=alt.Header(labelAnchor="start"))
    return (
        layers.properties(width=296, height=84)
        .facet(panel, columns=3, data=values(rows), spacing={"row": 16, "column": 22})
        .resolve_scale(y="independent")
    )


def _control_layers(suffix: str) -> alt.LayerChart:
    months, label = month_axis(), f"datum.label + '{suffix}'"

    def line(field: str, **mark: Any) -> alt.Chart:
        drawn = alt.Chart().mark_line(**{"strokeWidth": 1} | mark)
        return drawn.encode(x=months, y=measure(alt.Y, field, labelExpr=label))

    def of_part(field: str, **mark: Any) -> alt.Chart:
        return line(field, color=SOFT, **mark).encode(detail=alt.Detail("part", type="nominal"))

    return alt.layer(
        of_part("lower_limit", strokeDash=[4, 3]),
        of_part("upper_limit", strokeDash=[4, 3]),
        of_part("centre"),
        line("target", color=ORANGE, strokeDash=[1, 3], strokeWidth=2, strokeCap="round"),
        line("judged_value", color=BLUE, strokeWidth=1.75),
        _control_points().encode(x=months, y=measure(alt.Y, "value", labelExpr=label)),
    )


def _control_points() -> alt.Chart:
    kinds = list(SPECIAL)
    shapes, colours = ([SPECIAL[kind][place] for kind in kinds] for place in (0, 1))
    of_kind = {"field": "variation", "type": "nominal", "legend": None}
    special = alt.datum.variation == "special"
    size = alt.when(alt.datum.variation == "common").then(alt.value(22)).when(special).then(alt.value(45))
    return (
        alt.Chart()
        .mark_point(filled=True, opacity=1, strokeWidth=0)
        .encode(
            shape=alt.Shape(**of_kind, scale=alt.Scale(domain=kinds, range=shapes)),
            color=alt.Color(**of_kind, scale=alt.Scale(domain=kinds, range=colours)),
            size=size.otherwise(alt.value(90)),
        )
    )


def funnel(rows: list[Row], limits: list[Row], suffix: str = "") -> alt.LayerChart:
    """Regions of different size in one period: value against size, inside limits of 95 % (dashed) and 99.8 % (solid).

    Rows: region, size, value, outside (bool); limits: size, expected, the four limits and the two that over-dispersion
    widened (dotted), by size.
    """
    size = measure(alt.X, "size", "omvang", format=",.0f").scale(zero=False, padding=16)
    label = f"datum.label + '{suffix}'"

    def limit(field: str, **mark: Any) -> alt.Chart:
        drawn = alt.Chart(values(limits)).mark_line(**{"color": SOFT, "strokeWidth": 1} | mark)
        return drawn.encode(x=size, y=measure(alt.Y, field, labelExpr=label))

    at = {"x": size, "y": measure(alt.Y, "value", labelExpr=label)}
    outside = alt.when("datum.outside")
    points = (
        alt.Chart(values(rows))
        .mark_point(filled=True, opacity=1)
        .encode(
            color=outside.then(alt.value(ORANGE)).otherwise(alt.value(BLUE)),
            shape=outside.then(alt.value("triangle-up")).otherwise(alt.value("circle")),
            size=outside.then(alt.value(110)).otherwise(alt.value(44)),
            **at,
        )
    )
    names = alt.Chart(values([row for row in rows if row["outside"]])).mark_text(dy=-11, fontSize=11, color=INK)
    return alt.layer(
        limit("expected", color=INK),
        limit("lower_95", strokeDash=[4, 3]),
        limit("upper_95", strokeDash=[4, 3]),
        limit("lower_998"),
        limit("upper_998"),
        limit("lower_998_adjusted", strokeDash=[1, 3]),
        limit("upper_998_adjusted", strokeDash=[1, 3]),
        points,
        names.encode(text=alt.Text("region", type="nominal"), **at),
    ).properties(width=252, height=150)
