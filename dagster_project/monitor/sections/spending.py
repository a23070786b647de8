"""The national spending plan: planned beside spent, per line and year, and who pays it."""

from __future__ import annotations

from decimal import Decimal

from dagster_project.monitor import dutch
from dagster_project.monitor.blocks import Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.released import Released, Row
from dagster_project.monitor.sections.realisation import total

_LINES = """
    select line, year, instrument, planned_eur, spent_eur, open_eur, planned_above_priced_eur
    from decision.spending
    order by year, line
"""
_YEARS = """
    select
        year, sum(planned_eur)::decimal(18, 2) as planned_eur, sum(spent_eur)::decimal(18, 2) as spent_eur,
        sum(open_eur)::decimal(18, 2) as open_eur,
        (sum(planned_eur) filter (where instrument = 'premium'))::decimal(18, 2) as premium_eur,
    from decision.spending
    group by year
    order by year
"""
_INSTRUMENTS = {
    "premium": "premie",
    "subsidy": "subsidie",
    "programme": "programma",
    "vws": "VWS",
    "under_study": "in onderzoek",
}
_COLUMNS = {
    "planned_eur": ("Gepland", "€"),
    "spent_eur": ("Besteed", "€"),
    "open_eur": ("Open", "gepland − besteed, €"),
}


def spending_section(released: Released) -> Section | None:
    """What was planned nationally for care coordination, and what was spent of it."""
    if not released.has("decision.spending"):
        return None
    lines = released.rows(_LINES)
    if not lines:
        return None
    lead = Words(
        "Alleen regels die uit de premie worden betaald, komen bij zorgverzekeraars terecht. Het plan staat hier zoals"
        " het is vastgesteld, ook waar het afwijkt van zijn eigen aantal maal prijs."
    )
    return Section(
        "bestedingen",
        "Bestedingsplan",
        "Spending plan",
        [lead, *_gaps(lines), _years(released.rows(_YEARS)), _table(lines)],
    )


def _gaps(lines: list[Row]) -> list[Words]:
    """A sentence for each line of the plan that is not its own quantity times price."""
    return [
        Words(
            f"{row['line']} {row['year']}: het plan heeft € {dutch.euro(row['planned_eur'])}, aantal maal prijs is"
            f" € {dutch.euro(row['planned_eur'] - gap)} (verschil € {dutch.euro(gap)})."
        )
        for row in lines
        if (gap := row["planned_above_priced_eur"])
    ]


def _years(rows: list[Row]) -> Table:
    columns = {"planned_eur": _COLUMNS["planned_eur"], "premium_eur": ("Waarvan premie", "gepland, €")} | _COLUMNS
    head = [Head("Jaar"), *(Head(*words, number=True) for words in columns.values())]
    body = [[text(str(row["year"])), *(figure_cell(dutch.euro(row[name])) for name in columns)] for row in rows]
    return Table("Bestedingsplan per jaar", head, body)


def _table(rows: list[Row]) -> Table:
    amounts = (Head(*words, number=True) for words in _COLUMNS.values())
    head = [Head("Regel"), Head("Jaar"), Head("Betaald uit"), *amounts]
    body = [
        [
            text(row["line"]),
            text(str(row["year"])),
            text(_INSTRUMENTS.get(row["instrument"], row["instrument"])),
            *(figure_cell(dutch.euro(row[name])) for name in _COLUMNS),
        ]
        for row in rows
    ]
    foot = [text("Alle"), text(""), text(""), *(figure_cell(dutch.euro(_sum(rows, name))) for name in _COLUMNS)]
    return Table("Gepland en besteed per regel", head, body, [foot])


def _sum(rows: list[Row], name: str) -> Decimal:
    return total([row for row in rows if row[name] is not None], name)
