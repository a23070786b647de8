"""The KPI scorecard as a section, and how each KPI is defined."""

from __future__ import annotations

from dagster_project.monitor import dutch
from dagster_project.monitor.blocks import Cell, Figures, Head, Section, Table, Words, text
from dagster_project.monitor.released import COUNTRY, Released
from dagster_project.monitor.scorecard import (
    MARK_WORDS,
    MARKS,
    MEASURES,
    NO_DATA,
    STATUS_WORDS,
    SUPPRESSED,
    Line,
    Score,
    scorecard,
    under,
    usual_period,
)

_DEFINITIONS = "select * from kpi.definition order by position"


def scorecard_section(released: Released) -> Section | None:
    """KPIs in rows, the country and its regions in columns."""
    lines = scorecard(released)
    if not lines:
        return None
    names = released.regions
    codes = [COUNTRY, *(code for code in names if any(code in line.scores for line in lines))]
    usual = usual_period(lines)
    head = [
        Head("KPI"),
        Head("Doel"),
        *(Head(dutch.breakable(names.get(code, "Nederland")), number=True) for code in codes),
    ]
    body = [
        [
            Cell(line.label, line=under(line, before, usual), line_lang="en"),
            text(line.target),
            *(_scored(line.scores.get(code)) for code in codes),
        ]
        for before, line in zip([None, *lines], lines, strict=False)
    ]
    lead = Words(
        f"Stand van {usual}, de laatste hele maand, of van de periode die bij de KPI staat. {SUPPRESSED} is weggelaten"
        f" omdat het aantal te klein is, of omdat een kleiner aantal anders terug te rekenen is; “{NO_DATA}” betekent"
        " dat er niets geleverd is of niets te delen viel, en zegt niets over een doel."
    )
    table = Table("KPI's per regio", head, body, note=_without(released, lines), kind="scorecard")
    return Section(
        "scorekaart",
        "KPI-scorekaart",
        "KPI scorecard",
        [lead, Figures([], MARKS), table, _definitions(released)],
    )


def _without(released: Released, lines: list[Line]) -> str:
    """The KPIs of the catalogue that nothing was delivered for."""
    counted = {line.kpi_id for line in lines if line.has_data}
    names = [row["name_nl"] for row in released.rows(_DEFINITIONS) if row["kpi_id"] not in counted]
    return f"Nog zonder gegevens: {', '.join(names)}." if names else ""


def _scored(score: Score | None) -> Cell:
    if score is None:
        return Cell("", "number")
    icons = [(score.special, MARK_WORDS[score.special])] if score.special else []
    icons += [(score.status, STATUS_WORDS[score.status])] if score.status else []
    return Cell(score.shown, "number held" if score.suppressed else "number", tuple(icons))


def _definitions(released: Released) -> Table:
    rows = [
        [
            Cell(row["name_nl"], line=row["name_en"], line_lang="en"),
            text(row["numerator"], lang="en"),
            text(row["denominator"], lang="en"),
            text(MEASURES.get(row["measure_unit"], row["measure_unit"])),
            text(row["source"], lang="en"),
        ]
        for row in released.rows(_DEFINITIONS)
    ]
    head = [Head("KPI"), Head("Teller", "numerator"), Head("Noemer", "denominator"), Head("Eenheid"), Head("Bron")]
    return Table("Hoe elke KPI is gedefinieerd", head, rows, kind="folded")
