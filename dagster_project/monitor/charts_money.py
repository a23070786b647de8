"""Charts of money, as Vega-Lite specifications: the course of the year, parts per insurer, double funding by rule.

Figures come in as plain rows; nothing is computed and nothing is read here.
"""

from __future__ import annotations

from dagster_project.monitor.drawing import BLUE, INK, ORANGE, PALE, SOFT, Spec
from dagster_project.monitor.encoding import measure, values
from dagster_project.monitor.released import Row


def realisation_by_region(rows: list[Row], order: list[str]) -> Spec:
    """Cumulative realisation by month of the year, a panel per region: this year a line with points, last year pale.

    Rows: region, month_number (1..12), pct, year, latest (bool).
    """
    base = {
        "x": {
            "field": "month_number",
            "type": "quantitative",
            "scale": {"domain": [1, 12], "nice": False},
            "axis": {
                "title": None,
                "values": [1, 4, 7, 10],
                "grid": False,
                "labelExpr": "utcFormat(utc(2025, datum.value - 1), '%b')",
            },
        }
    }
    percent = measure("pct", None, zero=True, values=[0, 50, 100], labelExpr="datum.label + '%'")
    percent["scale"] = {"domain": [0, 110], "clamp": True}
    line = {"type": "line", "interpolate": "linear"}
    return {
        "data": values(rows),
        "columns": 5,
        "spacing": {"row": 14, "column": 14},
        "facet": {"field": "region", "type": "nominal", "sort": order, "header": {"labelAnchor": "start"}},
        "spec": {
            "width": 178,
            "height": 92,
            "layer": [
                {
                    "data": {"values": [{"x": 0, "y": 0, "x2": 12, "y2": 100}]},
                    "mark": {"type": "rule", "color": SOFT, "strokeDash": [2, 3], "strokeWidth": 1, "clip": True},
                    "encoding": {
                        "x": {"field": "x", "type": "quantitative"},
                        "x2": {"field": "x2"},
                        "y": {"field": "y", "type": "quantitative"},
                        "y2": {"field": "y2"},
                    },
                },
                {
                    "transform": [{"filter": "!datum.latest"}],
                    "mark": line | {"color": PALE, "strokeWidth": 2.5},
                    "encoding": base | {"y": percent},
                },
                {
                    "transform": [{"filter": "datum.latest"}],
                    "mark": line | {"color": BLUE, "strokeWidth": 2.5, "point": {"color": BLUE, "size": 22}},
                    "encoding": base | {"y": percent},
                },
            ],
        },
    }


_OF_A_LETTER = 6.8
"""Width in pixels at 12 px: a browser's own font is wider than the one that labels are measured with."""


def _names(field: str, rows: list[Row]) -> Row:
    """The axis of bars that have names: as wide as the longest, in the order of the rows."""
    width = round(_OF_A_LETTER * max(len(row[field]) for row in rows))
    words = {"labelPadding": 6, "labelFontSize": 12, "labelColor": INK, "labelLimit": width, "minExtent": width}
    return {
        "field": field,
        "type": "nominal",
        "sort": None,
        "axis": words | {"title": None, "domain": False, "ticks": False},
    }


def parts_by_insurer(rows: list[Row]) -> Spec:
    """What each insurer pays (right, blue) or gets back (left, orange) of the difference. Rows: insurer, part."""
    return {
        "data": values(rows),
        "width": 860,
        "height": {"step": 22},
        "encoding": {
            "y": _names("insurer", rows),
            "x": measure("part", "euro", zero=True, format=",.0f", tickCount=6),
        },
        "layer": [
            {
                "mark": {"type": "bar", "height": 13},
                "encoding": {"color": {"condition": {"test": "datum.part < 0", "value": ORANGE}, "value": BLUE}},
            },
            {
                "data": {"values": [{}]},
                "mark": {"type": "rule", "color": INK},
                "encoding": {"x": {"datum": 0}, "y": {"value": 0}, "y2": {"value": "height"}},
            },
        ],
    }


def amounts_by_rule(rows: list[Row]) -> Spec:
    """Amount at risk per rule (pale) and what of it is disputed (orange). Rows: rule, at_risk, disputed in euros."""
    euros = {"axis": {"title": "euro", "format": ",.0f", "tickCount": 5}, "type": "quantitative"}
    return {
        "data": values(rows),
        "width": 760,
        "height": {"step": 28},
        "encoding": {"y": _names("rule", rows)},
        "layer": [
            {"mark": {"type": "bar", "color": PALE, "height": 18}, "encoding": {"x": euros | {"field": "at_risk"}}},
            {"mark": {"type": "bar", "color": ORANGE, "height": 9}, "encoding": {"x": euros | {"field": "disputed"}}},
        ],
    }
