"""Control charts: one per KPI for the country, small lines for the regions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dagster_project.monitor import charts_kpi, drawing, dutch
from dagster_project.monitor.blocks import Cell, Figure, Figures, Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.released import COUNTRY, Released, Row
from dagster_project.monitor.scorecard import (
    MARK_WORDS,
    MARKS,
    SUFFIXES,
    SUPPRESSED,
    UNJUDGED,
    label,
    shown,
    special_kind,
)
from dagster_project.monitor.sparkline import sparkline

_CHARTS = """
    select
        c.*, d.name_nl, d.name_en, d.measure_unit as measure, v.target, coalesce(v.suppressed, false) as suppressed,
    from kpi.control_chart as c
    inner join kpi.definition as d using (kpi_id)
    left join kpi.value as v
        on
            v.kpi_id = c.kpi_id and v.region_code = c.region_code and v.unit = c.unit and v.period_type = 'month'
            and v.period_start = c.month
    order by d.position, c.unit <> 'seh', c.unit, c.region_code <> 'NL', c.region_code, c.month
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
    UNJUDGED: "niet beoordeeld: de maand is niet heel geleverd, of voorlopig",
}
_CAUSES = {
    "outside_limits": "buiten de grenzen",
    "trend": "zeven stijgend of dalend",
    "two_of_three": "twee van drie bij een grens",
    "shift": "zeven aan één kant van het gemiddelde",
}


def control_section(released: Released) -> Section | None:
    """A control chart per KPI for the country, and small lines per region."""
    rows = charted(released)
    figures = [_control_figure(group) for group in of_the_country(rows)]
    if not figures:
        return None
    lead = Words(
        "XmR-kaarten naar de NHS-regels “Making Data Count”: het gemiddelde en grenzen op 2,66 maal de gemiddelde"
        " stap. Wat binnen de grenzen beweegt is gewone variatie en vraagt geen verklaring. Met minder dan twaalf"
        " maanden zijn de grenzen voorlopig. Is een proces met opzet veranderd, dan begint de kaart daar opnieuw, met"
        " eigen gemiddelde en grenzen; alleen het laatste deel wordt aan het doel getoetst. Een maand die niet heel is"
        " geleverd, of voorlopig is omdat er nog declaraties bij komen,"
        " staat los van de lijn en telt niet mee in gemiddelde, grenzen of regels."
    )
    legend = (*_LINES, *MARKS[2:])
    small = [figure for figure in figures if figure.kind != "wide"]
    wide = [figure for figure in figures if figure.kind == "wide"]
    blocks = [lead, Figures(small, legend), *(Figures([figure]) for figure in wide), *_regional(rows, released.regions)]
    return Section("regelkaarten", "Regelkaarten", "Control charts", blocks)


def charted(released: Released) -> list[Row]:
    """Every point of the control charts with its KPI's words and `variation_kind`, a key of charts_kpi.SPECIAL."""
    if not released.has("kpi.control_chart", "kpi.value", "kpi.definition"):
        return []
    return [row | {"variation_kind": _kind(row)} for row in released.rows(_CHARTS)]


def _kind(row: Row) -> str:
    if row["value"] is not None and not row["judged"]:
        return UNJUDGED
    return special_kind(row["special_cause"], row["variation"]) or "common"


def of_the_country(rows: list[Row]) -> list[list[Row]]:
    """The country's points per KPI, all its kinds of unit; what has fewer than two published months is left out."""
    country = (row for row in rows if row["region_code"] == COUNTRY)
    groups = (list(group) for _, group in groupby(country, key=lambda row: row["kpi_id"]))
    return [group for group in groups if len({row["month"] for row in group if row["value"] is not None}) > 1]


def control_drawing(rows: list[Row]) -> str:
    """The SVG of one KPI's chart, a panel per kind of unit."""
    keep = ("month", "value", "centre", "lower_limit", "upper_limit", "target")
    points = [
        {name: row[name] for name in keep}
        | {"panel": dutch.UNITS.get(row["unit"], row["unit"]), "variation": row["variation_kind"]}
        | {"part": str(row["rebased_from"]), "judged_value": row["value"] if row["judged"] else None}
        for row in rows
    ]
    return drawing.draw(charts_kpi.control_chart(points, SUFFIXES.get(rows[0]["measure"], "")))


def _control_figure(rows: list[Row]) -> Figure:
    first = rows[0]
    several = len({row["unit"] for row in rows}) > 1
    name = f"fig-{first['kpi_id']}"
    said = said_of(rows)
    return Figure(
        name,
        first["name_nl"],
        first["name_en"],
        said,
        drawing.figure_svg(control_drawing(rows), name, first["name_nl"], said),
        behind=_control_table(rows),
        kind="wide" if several else "narrow",
        marks=[] if several else _badges(_latest(rows)[-1]),
    )


def _badges(row: Row) -> list[tuple[str, str]]:
    value = shown(row["value"], row["measure"])
    kind = row["variation_kind"]
    badges = [("", f"{value} in {dutch.period(row['month'], 'month')}"), (kind, _varied(row))]
    if row["assurance"] in _ASSURANCE:
        badges.append((row["assurance"], _ASSURANCE[row["assurance"]]))
    if row["rebased_from"]:
        badges.append(("", f"herijkt vanaf {dutch.period(row['rebased_from'], 'month')}"))
    return badges + ([("", "voorlopige grenzen")] if row["trial"] else [])


def said_of(rows: list[Row]) -> str:
    """The last published month of every kind of unit, in words."""
    last = _latest(rows)
    return "; ".join(_said(row, len(last) > 1) for row in last)


def _latest(rows: list[Row]) -> list[Row]:
    return list({row["unit"]: row for row in rows if row["value"] is not None}.values())


def _said(row: Row, named: bool) -> str:
    unit = f"{dutch.UNITS.get(row['unit'], row['unit'])}: " if named else ""
    limits = f"{shown(row['lower_limit'], row['measure'])} tot {shown(row['upper_limit'], row['measure'])}"
    return (
        f"{unit}{dutch.period(row['month'], 'month')} {shown(row['value'], row['measure'])}, gemiddeld"
        f" {shown(row['centre'], row['measure'])}, grenzen {limits}, {_varied(row)}"
    )


def _varied(row: Row) -> str:
    """`verslechtert: buiten de grenzen`; `gewone variatie` without a special cause."""
    cause = _CAUSES.get(row["special_cause"])
    return _VARIATION[row["variation_kind"]] + (f": {cause}" if cause else "")


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
            figure_cell(SUPPRESSED if row["suppressed"] else shown(row["value"], row["measure"])),
            *(figure_cell(shown(row[name], row["measure"])) for name in ("centre", "lower_limit", "upper_limit")),
            text(_varied(row) if row["value"] is not None else ""),
        ]
        for row in rows
    ]
    return Table(f"{rows[0]['name_nl']}, Nederland, per maand", head, body)


def _regional(rows: list[Row], names: dict[str, str]) -> list[Table | Words]:
    """The last months of every region as a small line in a cell, with what its last point says."""
    lines = {
        key: list(group)
        for key, group in groupby(rows, key=lambda row: (row["kpi_id"], row["unit"], row["region_code"]))
    }
    keys = [key for key in dict.fromkeys(key[:2] for key in lines) if any((*key, code) in lines for code in names)]
    if not keys:
        return []
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
    return Cell(
        label(row["name_nl"], row["unit"]),
        line="" if before and before[0] == key[0] else row["name_en"],
        line_lang="en",
    )


def _small_line(rows: Sequence[Row]) -> Cell:
    values = [row["value"] for row in rows]
    if not any(value is not None for value in values):
        return Cell(SUPPRESSED if any(row["suppressed"] for row in rows) else dutch.MISSING, "held")
    last = rows[-1]
    kind = last["variation_kind"]
    icons = ((kind, MARK_WORDS[kind]),) if kind != "common" else ()
    points = sparkline(values)
    word = SUPPRESSED if last["suppressed"] else shown(last["value"], last["measure"])
    return Cell(word, "spark", icons, line=points)
