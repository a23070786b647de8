"""Funnels: regions of different size against each other in one year."""

# ruff: noqa: S608 - the condition on periods is a constant of `periods.py`
from __future__ import annotations

from itertools import groupby

from dagster_project.monitor import charts_kpi, drawing, dutch
from dagster_project.monitor.blocks import Figure, Figures, Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.periods import is_over
from dagster_project.monitor.released import Released, Row
from dagster_project.monitor.scorecard import SUFFIXES, shown

_FUNNELS = f"""
    select f.*, d.name_nl, d.name_en, d.measure_unit as measure, v.denominator as size
    from kpi.funnel as f
    inner join kpi.definition as d using (kpi_id)
    inner join kpi.value as v
        on
            v.kpi_id = f.kpi_id and v.region_code = f.region_code and v.unit = 'all' and v.period_type = 'year'
            and year(v.period_start) = f.year
    where
        f.value is not null and f.lower_998 is not null
        and f.year = (select max(year) from kpi.funnel where {is_over("make_date(year, 1, 1)", "'year'")})
    order by d.position, v.denominator, f.region_code
"""
_FEWEST = 3
_LIMITS = {
    "lower_95": "95% van",
    "upper_95": "95% tot",
    "lower_998": "99,8% van",
    "upper_998": "99,8% tot",
    "lower_998_adjusted": "99,8% verruimd van",
    "upper_998_adjusted": "99,8% verruimd tot",
}
_DRAWN = ("expected", *_LIMITS)


def funnel_section(released: Released) -> Section | None:
    """Regions of different size against each other in the last whole year."""
    if not released.has("kpi.funnel", "kpi.value", "kpi.definition"):
        return None
    rows = released.rows(_FUNNELS, as_of=released.as_of)
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row["kpi_id"])]
    figures = [_funnel_figure(group, released.regions) for group in groups if len(group) >= _FEWEST]
    if not figures:
        return None
    lead = Words(
        f"Kleine regio's schommelen vanzelf meer dan grote. Binnen de trechter van {rows[0]['year']} is een verschil"
        " door toeval te verklaren; daarbuiten (99,8%) is de regio genoemd en vraagt het verschil om een gesprek. Hoe"
        " verder naar rechts, hoe groter de noemer van de KPI in die regio. Verschillen de regio's samen meer dan"
        " toeval doet (overdispersie), dan geeft de stippellijn grenzen die daarop verruimd zijn."
    )
    legend = (
        ("dot", "regio"),
        ("worsening", "buiten 99,8%"),
        ("dashes", "95%"),
        ("centre", "99,8% en verwachting"),
        ("dots", "99,8%, verruimd"),
    )
    return Section("trechters", "Trechters", "Funnel plots", [lead, Figures(figures, legend)])


def _funnel_figure(rows: list[Row], names: dict[str, str]) -> Figure:
    first = rows[0]
    drawn = [
        {
            "region": names.get(row["region_code"], row["region_code"]),
            "size": row["size"],
            "value": row["value"],
            "outside": bool(row["outside"]),
        }
        for row in rows
    ]
    spec = charts_kpi.funnel(
        drawn, [{name: row[name] for name in ("size", *_DRAWN)} for row in rows], SUFFIXES.get(first["measure"], "")
    )
    name = f"fig-trechter-{first['kpi_id']}"
    out = [row["region"] for row in drawn if row["outside"]]
    said = (
        f"Buiten de grenzen van 99,8%: {', '.join(out)}." if out else "Alle regio's liggen binnen de grenzen van 99,8%."
    )
    ratio = first["overdispersion"]
    if ratio is not None and ratio > 1:
        said += f" De regio's verschillen {dutch.number(ratio, 1)} keer zoveel als toeval doet (stippellijn)."
    return Figure(
        name,
        first["name_nl"],
        first["name_en"],
        said,
        drawing.figure_svg(drawing.draw(spec), name, first["name_nl"], said),
        behind=_funnel_table(rows, names),
        kind="narrow",
    )


def _funnel_table(rows: list[Row], names: dict[str, str]) -> Table:
    head = [
        Head("Regio"),
        *(Head(word, number=True) for word in ("Omvang", "n", "Waarde", "Verwacht", *_LIMITS.values())),
    ]
    body = [
        [
            text(names.get(row["region_code"], row["region_code"])),
            figure_cell(dutch.number(row["size"])),
            figure_cell(dutch.number(row["n"])),
            *(figure_cell(shown(row[name], row["measure"])) for name in ("value", *_DRAWN)),
        ]
        for row in rows
    ]
    return Table(f"{rows[0]['name_nl']}, {rows[0]['year']}", head, body)
