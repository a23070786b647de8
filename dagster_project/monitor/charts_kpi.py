"""Charts of KPIs, as Vega-Lite specifications: control charts, funnels, and small lines.

Status is told by shape as well as by colour: a diamond improves, a triangle worsens, a square is special only.
Figures come in as plain rows; nothing is computed and nothing is read here.
"""

from __future__ import annotations

from typing import Any

from dagster_project.monitor.drawing import BLUE, INK, ORANGE, SOFT, Spec
from dagster_project.monitor.encoding import measure, month_axis, values
from dagster_project.monitor.released import Row

SPECIAL = {
    "common": ("circle", BLUE),
    "improving": ("diamond", BLUE),
    "worsening": ("triangle-up", ORANGE),
    "special": ("square", SOFT),
}


def control_chart(rows: list[Row], suffix: str = "") -> Spec:
    """XmR charts, a panel per `panel` where there are several: value by month between its limits, centre and target.

    Rows: panel, month, value, centre, lower_limit, upper_limit, target, variation (a key of SPECIAL).
    """
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    one = _control_layers(suffix)
    if len(panels) == 1:
        return {"data": values(rows), "width": 268, "height": 112, **one}
    return {
        "data": values(rows),
        "columns": 3,
        "spacing": {"row": 16, "column": 22},
        "facet": {"field": "panel", "type": "nominal", "sort": panels, "header": {"labelAnchor": "start"}},
        "spec": {"width": 296, "height": 84, **one},
        "resolve": {"scale": {"y": "independent"}},
    }


def _control_layers(suffix: str) -> Spec:
    label = f"replace(datum.label, '−', '−') + '{suffix}'"
    months = month_axis(ticks=6)

    def line(field: str, **mark: Any) -> Row:
        return {
            "mark": {"type": "line", "strokeWidth": 1} | mark,
            "encoding": {"x": months, "y": measure(field, labelExpr=label)},
        }

    named = list(SPECIAL)
    points = {
        "mark": {"type": "point", "filled": True, "opacity": 1, "strokeWidth": 0},
        "encoding": {
            "x": months,
            "y": measure("value", labelExpr=label),
            "shape": {
                "field": "variation",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": named, "range": [SPECIAL[n][0] for n in named]},
            },
            "color": {
                "field": "variation",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": named, "range": [SPECIAL[n][1] for n in named]},
            },
            "size": {
                "condition": [
                    {"test": "datum.variation == 'common'", "value": 22},
                    {"test": "datum.variation == 'special'", "value": 45},
                ],
                "value": 90,
            },
        },
    }
    return {
        "layer": [
            line("lower_limit", color=SOFT, strokeDash=[4, 3]),
            line("upper_limit", color=SOFT, strokeDash=[4, 3]),
            line("centre", color=SOFT),
            line("target", color=ORANGE, strokeDash=[1, 3], strokeWidth=2, strokeCap="round"),
            line("value", color=BLUE, strokeWidth=1.75),
            points,
        ]
    }


def funnel(rows: list[Row], limits: list[Row], suffix: str = "") -> Spec:
    """Regions of different size in one period: value against size, inside limits of 95 % (dashed) and 99.8 % (solid).

    Rows: region, size, value, outside (bool); limits: size, expected and the four limits, by size.
    """
    count = measure("size", "omvang", zero=False, format=",.0f") | {"scale": {"zero": False, "padding": 16}}
    label = f"datum.label + '{suffix}'"

    def limit(field: str, **mark: Any) -> Row:
        return {
            "data": values(limits),
            "mark": {"type": "line", "color": SOFT, "strokeWidth": 1} | mark,
            "encoding": {"x": count, "y": measure(field, labelExpr=label)},
        }

    at = {"x": count, "y": measure("value", labelExpr=label)}
    out = {"test": "datum.outside", "value": ORANGE}
    return {
        "width": 252,
        "height": 150,
        "layer": [
            limit("expected", color=INK),
            limit("lower_95", strokeDash=[4, 3]),
            limit("upper_95", strokeDash=[4, 3]),
            limit("lower_998"),
            limit("upper_998"),
            {
                "data": values(rows),
                "mark": {"type": "point", "filled": True, "opacity": 1},
                "encoding": at
                | {
                    "color": {"condition": out, "value": BLUE},
                    "shape": {"condition": {"test": "datum.outside", "value": "triangle-up"}, "value": "circle"},
                    "size": {"condition": {"test": "datum.outside", "value": 110}, "value": 44},
                },
            },
            {
                "data": values([row for row in rows if row["outside"]]),
                "mark": {"type": "text", "dy": -11, "fontSize": 11, "color": INK},
                "encoding": at | {"text": {"field": "region", "type": "nominal"}},
            },
        ],
    }


def sparkline(points: list[float | None], width: int = 64, height: int = 18) -> str:
    """The path of a small line without axes; a missing value breaks it, and one that stands alone is a dot."""
    known = [point for point in points if point is not None]
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = width / max(len(points) - 1, 1)
    path = []
    for index, (before, point) in enumerate(zip([None, *points], points, strict=False)):
        if point is not None:
            place = f"{index * step:.1f},{height - (point - low) / span * height:.1f}"
            path.append(f"M{place}h0" if before is None else f"L{place}")
    return "".join(path)
