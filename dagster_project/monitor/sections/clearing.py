"""Functions that moved to another holder: what they cost before, and whether that budget was cleared of it."""

from __future__ import annotations

from dagster_project.monitor import dutch
from dagster_project.monitor.blocks import Cell, Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.released import Released, Row

_MOVED = """
    from finance.function_allocation
    where cleared_from is not null
    order by region_code, function, valid_from, provider_agb
"""
STATUSES = {
    "attribution_missing": "toerekening ontbreekt",
    "nothing_to_clear": "niets te schonen",
    "cleared": "geschoond",
    "not_cleared": "niet geschoond",
}
_AMOUNTS = {
    "amount_eur": ("Nieuw", "€ per jaar"),
    "cleared_eur": ("Geschoond", "€ per jaar"),
    "net_eur": ("Meer dan eerst", "€ per jaar"),
    "budget_before_eur": ("Budget ervoor", "laatste hele jaar, €"),
    "budget_after_eur": ("Budget erna", "eerste hele jaar, €"),
}


def clearing_section(released: Released) -> Section | None:
    """The functions that have an old holder; those that nobody held before move nothing."""
    if not released.has("finance.function_allocation"):
        return None
    rows = released.rows(_MOVED)
    if not rows:
        return None
    tally = {status: sum(row["status"] == status for row in rows) for status in STATUSES}
    said = ", ".join(f"{dutch.number(count)} {STATUSES[status]}" for status, count in tally.items() if count)
    lead = Words(
        f"Van {dutch.number(len(rows))} functies die een andere houder kregen: {said}. Geschoond is een budget dat in"
        " het eerste hele jaar erna minstens zoveel lager is als er geschoond zou zijn."
    )
    return Section(
        "schoning",
        "Verschoven functies en schoning",
        "Clearing ledger",
        [lead, _table(rows, released.regions, released.providers)],
    )


def _table(rows: list[Row], regions: dict[str, str], providers: dict[str, str]) -> Table:
    amounts = (Head(*words, number=True) for words in _AMOUNTS.values())
    head = [*map(Head, ("Regio", "Functie", "Houder", "Stand")), *amounts]
    body = [
        [
            text(regions.get(row["region_code"], row["region_code"])),
            Cell(dutch.FUNCTIONS.get(row["function"], row["function"]), line=f"vanaf {dutch.day(row['valid_from'])}"),
            Cell(
                providers.get(row["provider_agb"], row["provider_agb"]),
                line=f"eerst {providers.get(row['cleared_from'], row['cleared_from'])}",
            ),
            Cell(STATUSES.get(row["status"], row["status"]), line=row["attribution"] or ""),
            *(figure_cell(dutch.euro(row[name])) for name in _AMOUNTS),
        ]
        for row in rows
    ]
    return Table("Functies met een nieuwe houder", head, body)
