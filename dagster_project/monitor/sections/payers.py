"""Budget and revenue by who has to pay them: insurers, care offices, municipalities, the state."""

from __future__ import annotations

from dagster_project.monitor import dutch
from dagster_project.monitor.blocks import Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.released import Released

PAYERS = """
    select
        year, payer_kind, count(*) as providers, sum(budget_eur)::decimal(18, 2) as budget_eur,
        sum(revenue_eur)::decimal(18, 2) as revenue_eur, sum(difference_eur)::decimal(18, 2) as difference_eur,
    from finance.payer_year
    group by year, payer_kind
    order by year desc, payer_kind
"""
"""Per year and kind of payer; what has no budget has no difference."""
_AMOUNTS = {
    "budget_eur": ("Budget", "€"),
    "revenue_eur": ("Omzet", "€"),
    "difference_eur": ("Verschil", "budget − omzet, waar een budget is, €"),
}


def payers_section(released: Released) -> Section | None:
    """All years, the newest first; the payers of a year add up to its realisation."""
    rows = released.rows(PAYERS) if released.has("finance.payer_year") else []
    if not rows:
        return None
    lead = Words(
        "De wet bepaalt wie betaalt: de Zvw zorgverzekeraars, de Wlz zorgkantoren, Wmo, Jeugdwet en Wpg gemeenten, en"
        " een beschikbaarheidbijdrage het Rijk. Alleen wat onder de Zvw valt, wordt over zorgverzekeraars verdeeld."
    )
    head = [
        Head("Jaar"),
        Head("Betaler"),
        Head("Aanbieders", number=True),
        *(Head(*words, number=True) for words in _AMOUNTS.values()),
    ]
    body = [
        [
            text(str(row["year"])),
            text(dutch.PAYERS.get(row["payer_kind"], row["payer_kind"])),
            figure_cell(dutch.number(row["providers"])),
            *(figure_cell(dutch.euro(row[name])) for name in _AMOUNTS),
        ]
        for row in rows
    ]
    return Section(
        "betalers", "Omzet naar betaler", "Revenue by payer", [lead, Table("Budget en omzet naar betaler", head, body)]
    )
