"""Control charts: one per KPI for the country, small lines for the regions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dagster_project.monitor import charts_kpi, drawing, dutch
from dagster_project.monitor.blocks import Cell, Figure, Figures, Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.released import COUNTRY, Released, Row, regions
from dagster_project.monitor.scorecard import (
    MARKS,
    SPECIAL_WORDS,
    SUFFIXES,
    SUPPRESSED,
    label,
    shown,
    special_kind,
)

_CHARTS = """
    select
        c.*, d.name_nl, d.name_en, d.unit as measure, v.target, coalesce(v.suppressed, false) as suppressed,
    from kpi.control_chart as c
    inner join kpi.definition as d using (kpi_id)
    left join kpi.value as v
        on
            v.kpi_id = c.kpi_id and v.region_code = c.region_code and v.unit = c.unit and v.period_type = 'month'
            and v.period_start = c.month
    order by d.name_nl, c.kpi_id, c.unit, c.region_code <> 'NL', c.region_code, c.month
"""
_LINES = (("line", "waarde"), ("centre", "gemiddelde"), ("dashes", "regelgrenzen"), ("target", "doel"))
_ASSURANCE = {
    "passes": "haalt het doel altijd",
    "fails": "haalt het doel nooit",
    "hit_and_miss": "haalt het doel wisselend",
}
_VARIATION = {
    "improving": "verbetert",
    "worsening": "verslechtert",
    "common": "gewone variatie",
    "special": "bijzondere oorzaak",
}


def control_section(released: Released) -> Section | None:
    """A control chart per KPI for the country, and small lines per region."""
    if not released.has("kpi.control_chart", "kpi.value", "kpi.definition"):
        return None
    rows = [_judged(row) for row in released.rows(_CHARTS)]
    figures = control_figures(rows)
    if not figures:
        return None
    lead = Words(
        "XmR-kaarten naar de NHS-regels “Making Data Count”: het gemiddelde en grenzen op 2,66 maal de gemiddelde"
        " stap. Wat binnen de grenzen beweegt is gewone variatie en vraagt geen verklaring. Met minder dan twaalf"
        " maanden zijn de grenzen voorlopig."
    )
    legend = (*_LINES, *MARKS[2:])
    small = [figure for figure in figures if figure.kind != "wide"]
    wide = [figure for figure in figures if figure.kind == "wide"]
    blocks = [lead, Figures(small, legend), *(Figures([figure]) for figure in wide), *_regional(rows)]
    return Section("regelkaarten", "Regelkaarten", "Control charts", blocks)


def _judged(row: Row) -> Row:
    special = special_kind(row["special_cause"], row["variation"])
    return row | {"variation_kind": special or "common"}


def control_figures(rows: list[Row]) -> list[Figure]:
    """A figure per KPI for the country, a panel per kind of unit; what has fewer than two values is left out."""
    country = [row for row in rows if row["region_code"] == COUNTRY and row["value"] is not None]
    groups = (list(group) for _, group in groupby(country, key=lambda row: row["kpi_id"]))
    return [_control_figure(group) for group in groups if len({row["month"] for row in group}) > 1]


def _control_figure(rows: list[Row]) -> Figure:
    first = rows[0]
    units = list(dict.fromkeys(row["unit"] for row in rows))
    drawn = [
        row | {"panel": dutch.UNITS.get(row["unit"], row["unit"]), "variation": row["variation_kind"]} for row in rows
    ]
    keep = ("panel", "month", "value", "centre", "lower_limit", "upper_limit", "target", "variation")
    spec = charts_kpi.control_chart(
        [{name: row[name] for name in keep} for row in drawn], SUFFIXES.get(first["measure"], "")
    )
    name = f"fig-{first['kpi_id']}"
    last = {unit: [row for row in rows if row["unit"] == unit][-1] for unit in units}
    said = "; ".join(_said(row, len(units) > 1) for row in last.values())
    latest = last[units[0]]
    return Figure(
        name,
        first["name_nl"],
        first["name_en"],
        said,
        drawing.figure_svg(drawing.draw(spec), name, first["name_nl"], said),
        behind=_control_table(rows),
        kind="wide" if len(units) > 1 else "small",
        marks=[] if len(units) > 1 else _badges(latest),
    )


def _badges(row: Row) -> list[tuple[str, str]]:
    value = shown(row["value"], row["measure"])
    kind = row["variation_kind"]
    badges = [("", f"{value} in {dutch.period(row['month'], 'month')}"), (kind, _VARIATION[kind])]
    if row["assurance"] in _ASSURANCE:
        badges.append((row["assurance"], _ASSURANCE[row["assurance"]]))
    return badges + ([("", "voorlopige grenzen")] if row["trial"] else [])


def _said(row: Row, named: bool) -> str:
    unit = f"{dutch.UNITS.get(row['unit'], row['unit'])}: " if named else ""
    limits = f"{shown(row['lower_limit'], row['measure'])} tot {shown(row['upper_limit'], row['measure'])}"
    return (
        f"{unit}{dutch.period(row['month'], 'month')} {shown(row['value'], row['measure'])}, gemiddeld"
        f" {shown(row['centre'], row['measure'])}, grenzen {limits}, {_VARIATION[row['variation_kind']]}"
    )


def _control_table(rows: list[Row]) -> Table:
    head = [
        Head("Maand"),
        Head("Soort"),
        Head("Waarde", number=True),
        Head("Gemiddelde", number=True),
        Head("Ondergrens", number=True),
        Head("Bovengrens", number=True),
        Head("Variatie"),
    ]
    body = [
        [
            text(dutch.period(row["month"], "month")),
            text(dutch.UNITS.get(row["unit"], row["unit"]) or "alle"),
            *(figure_cell(shown(row[n], row["measure"])) for n in ("value", "centre", "lower_limit", "upper_limit")),
            text(_VARIATION[row["variation_kind"]]),
        ]
        for row in rows
    ]
    return Table(f"{rows[0]['name_nl']}, Nederland, per maand", head, body)


def _regional(rows: list[Row]) -> list[Table | Words]:
    """The last months of every region as a small line in a cell, with what its last point says."""
    lines = {
        key: list(group)
        for key, group in groupby(rows, key=lambda row: (row["kpi_id"], row["unit"], row["region_code"]))
    }
    keys = [key for key in dict.fromkeys(key[:2] for key in lines) if any((*key, code) in lines for code in regions())]
    if not keys:
        return []
    names = regions()
    body = [
        [_kpi_cell(key, before, lines), *(_small_line(lines.get((*key, code), [])) for code in names)]
        for before, key in zip([None, *keys], keys, strict=False)
    ]
    table = Table(
        "Verloop per regio en stand van de laatste maand",
        [Head("KPI"), *(Head(dutch.breakable(name)) for name in names.values())],
        body,
        kind="scorecard lines",
    )
    return [Words("Per regio", heading=True), table]


def _kpi_cell(
    key: tuple[str, str], before: tuple[str, str] | None, lines: dict[tuple[str, str, str], list[Row]]
) -> Cell:
    row = next(group[0] for of, group in lines.items() if of[:2] == key)
    return Cell(label(row["name_nl"], row["unit"]), line="" if before and before[0] == key[0] else row["name_en"])


def _small_line(rows: Sequence[Row]) -> Cell:
    values = [row["value"] for row in rows]
    known = [value for value in values if value is not None]
    if not known:
        return Cell(SUPPRESSED if any(row["suppressed"] for row in rows) else dutch.MISSING, "held")
    last = rows[-1]
    kind = last["variation_kind"]
    icons = ((kind, SPECIAL_WORDS[kind]),) if kind != "common" else ()
    points = charts_kpi.sparkline(values, min(known), max(known))
    word = SUPPRESSED if last["suppressed"] else shown(last["value"], last["measure"])
    return Cell(word, "spark", icons, line=points)
