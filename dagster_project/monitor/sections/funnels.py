"""Funnels: regions of different size against each other in one year."""

from __future__ import annotations

from itertools import groupby

from dagster_project.monitor import charts_kpi, drawing, dutch
from dagster_project.monitor.blocks import Figure, Figures, Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.released import Released, Row, regions
from dagster_project.monitor.scorecard import SUFFIXES, shown

_FUNNELS = """
    select f.*, d.name_nl, d.name_en, d.unit as measure
    from kpi.funnel as f
    inner join kpi.definition as d using (kpi_id)
    where f.year = (select max(year) from kpi.funnel where year < year($as_of::date) or year = $first)
    order by d.name_nl, f.kpi_id, f.n, f.region_code
"""


def funnel_section(released: Released) -> Section | None:
    """Regions of different size against each other in the last whole year."""
    if not released.has("kpi.funnel", "kpi.definition"):
        return None
    first = released.rows("select min(year) as year from kpi.funnel")[0]["year"]
    rows = [row for row in released.rows(_FUNNELS, as_of=released.as_of, first=first) if row["value"] is not None]
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row["kpi_id"])]
    figures = [_funnel_figure(group) for group in groups if len(group) > 2]
    if not figures:
        return None
    lead = Words(
        f"Kleine regio's schommelen vanzelf meer dan grote. Binnen de trechter van {rows[0]['year']} is een verschil"
        " door toeval te verklaren; daarbuiten (99,8%) vraagt het om een gesprek, en is de regio genoemd."
    )
    legend = (("dot", "regio"), ("worsening", "buiten 99,8%"), ("dashes", "95%"), ("centre", "99,8% en verwachting"))
    return Section("trechters", "Trechters", "Funnel plots", [lead, Figures(figures, legend)])


def _funnel_figure(rows: list[Row]) -> Figure:
    names, first = regions(), rows[0]
    drawn = [
        {
            "region": names.get(row["region_code"], row["region_code"]),
            "n": row["n"],
            "value": row["value"],
            "outside": _outside(row),
        }
        for row in rows
    ]
    keep = ("n", "expected", "lower_95", "upper_95", "lower_998", "upper_998")
    spec = charts_kpi.funnel(
        drawn, [{name: row[name] for name in keep} for row in rows], SUFFIXES.get(first["measure"], "")
    )
    name = f"fig-trechter-{first['kpi_id']}"
    out = [row["region"] for row in drawn if row["outside"]]
    said = (
        f"Buiten de grenzen van 99,8%: {', '.join(out)}." if out else "Alle regio's liggen binnen de grenzen van 99,8%."
    )
    return Figure(
        name,
        first["name_nl"],
        first["name_en"],
        said,
        drawing.figure_svg(drawing.draw(spec), name, first["name_nl"], said),
        behind=_funnel_table(rows),
        kind="small",
    )


def _outside(row: Row) -> bool:
    """Whether the value lies beyond the limits of 99.8 %, by the figures themselves."""
    return row["value"] < row["lower_998"] or row["value"] > row["upper_998"]


def _funnel_table(rows: list[Row]) -> Table:
    names = regions()
    head = [
        Head("Regio"),
        *(
            Head(word, number=True)
            for word in ("n", "Waarde", "Verwacht", "95% van", "95% tot", "99,8% van", "99,8% tot")
        ),
    ]
    columns = ("value", "expected", "lower_95", "upper_95", "lower_998", "upper_998")
    body = [
        [
            text(names.get(row["region_code"], row["region_code"])),
            figure_cell(dutch.number(row["n"])),
            *(figure_cell(shown(row[name], row["measure"])) for name in columns),
        ]
        for row in rows
    ]
    return Table(f"{rows[0]['name_nl']}, {rows[0]['year']}", head, body)
