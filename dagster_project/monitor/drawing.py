"""Altair charts become SVG by vl-convert, in this process, without a browser or a network.

Belongs here: drawing, and what makes a drawing fit for a page (names of its own, one alternative text). What is
drawn stands in `charts_kpi.py` and `charts_money.py`.
"""

from __future__ import annotations

import base64
import json
import re
from functools import lru_cache

import altair as alt
from markupsafe import Markup, escape

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, SOFT, GRID, BLUE, ORANGE, PALE = "#1b2433", "#4d586b", "#dde2ea", "#154a85", "#a8480b", "#b9c6d8"
_AXIS = {
    "labelColor": SOFT,
    "titleColor": SOFT,
    "labelFontSize": 11,
    "titleFontSize": 11,
    "titleFontWeight": "normal",
    "gridColor": GRID,
    "domainColor": SOFT,
    "tickColor": SOFT,
    "tickSize": 4,
    "labelFont": FONT,
    "titleFont": FONT,
}
_CONFIG = {
    "aria": False,
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": _AXIS,
    "header": {"labelFont": FONT, "labelFontSize": 12, "labelFontWeight": "bold", "labelColor": INK, "title": None},
    "legend": {"labelFont": FONT, "labelFontSize": 11, "labelColor": SOFT, "title": None, "orient": "top"},
}
_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
_NOISE = re.compile(r' (?:role|aria-[a-z]+|pointer-events|class)="[^"]*"|<path[^>]* d="" [^>]*display="none"/>')

_ID = re.compile(r'(id="|url\(#)((?:clip|gradient|filter)[a-z_]*)([0-9]+)')


def draw(chart: alt.TopLevelMixin) -> str:
    """The SVG of a chart, in the house style; the same chart is drawn once."""
    return _drawn(json.dumps(chart.to_dict() | {"config": _CONFIG}, sort_keys=True))


def figure_svg(svg: str, name: str, title: str, description: str) -> Markup:
    """The drawing to stand inside a page: its ids begin with `name`, and it is one image with a text of its own."""
    bare = re.sub(r'((?:id=|url\()"?#?)(clip|gradient|filter)', rf"\1{name}-\2", _NOISE.sub("", svg))
    inside = bare[bare.index(">") + 1 :]
    _, _, width, height = (re.search(r'viewBox="([^"]+)"', bare) or ["", "0 0 0 0"])[1].split()
    return Markup(
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(description)}</desc>{inside}'
    )


def picture(svg: str) -> str:
    """The drawing on white as an address that holds all of it, for a Markdown image."""
    white = _NOISE.sub("", svg).replace(">", '><rect width="100%" height="100%" fill="#fff"/>', 1)
    return "data:image/svg+xml;base64," + base64.b64encode(white.encode()).decode()


@lru_cache(maxsize=256)
def _drawn(spec: str) -> str:
    import vl_convert

    svg = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, format_locale="nl-NL", time_format_locale="nl-NL")
    return _renumbered(svg)


def _renumbered(svg: str) -> str:
    """Ids counted within the drawing: Vega counts them over all that a process ever drew, so bytes would differ."""
    numbers: dict[str, int] = {}
    return _ID.sub(
        lambda found: f"{found[1]}{found[2]}{numbers.setdefault(found[2] + found[3], len(numbers) + 1)}", svg
    )
