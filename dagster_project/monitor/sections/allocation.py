"""The difference between budget and revenue of the last whole year, spread over the insurers."""

# ruff: noqa: S608 - the condition on periods is a constant of `periods.py`
from __future__ import annotations

from dagster_project.monitor import charts_money, drawing, dutch
from dagster_project.monitor.blocks import Figure, Figures, Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.periods import is_over
from dagster_project.monitor.released import Released, Row
from dagster_project.monitor.sections.realisation import total

_SETTLED = f"""
    select year, edition
    from finance.settlement
    where status = 'settled' and {is_over("make_date(year, 1, 1)", "'year'")}
    order by year desc, edition
    limit 1
"""
_PARTS = """
    select
        insurer_uzovi, sum(declared_eur) as declared_eur, sum(disputed_eur) as disputed_eur,
        sum(lump_sum_eur) as lump_sum_eur, sum(part_eur) as part_eur, sum(burden_eur) as burden_eur,
        sum(claims_paid_eur) as claims_paid_eur, sum(advance_eur) as advance_eur,
        sum(still_to_pay_eur) as still_to_pay_eur,
    from finance.insurer_allocation
    where year = $year and edition = $edition
    group by insurer_uzovi
    order by insurer_uzovi
"""


def allocation_section(released: Released) -> Section | None:
    """The last whole year's difference between budget and revenue, spread over the insurers."""
    if not released.has("finance.settlement", "finance.insurer_allocation"):
        return None
    settled = released.rows(_SETTLED, as_of=released.as_of)
    if not settled:
        return None
    year, edition = settled[0]["year"], settled[0]["edition"]
    rows = released.rows(_PARTS, year=year, edition=edition)
    word = dutch.EDITIONS.get(edition, edition)
    part = total(rows, "part_eur")
    direction = "betalen de verzekeraars bij" if part >= 0 else "krijgen de verzekeraars terug"
    lead = Words(
        f"Over {year} {direction}: € {dutch.euro(abs(part))} ({dutch.EDITIONS_OF[edition]} nacalculatie)."
        " Het opbrengstverschil van elke aanbieder is naar marktaandeel verdeeld, tot op de cent; de delen tellen"
        " precies op tot het verschil."
    )
    title = f"Deel van het opbrengstverschil per verzekeraar, {year}, {word}"
    names = released.insurers
    said = ", ".join(f"{_named(row, names)} € {dutch.euro(row['part_eur'])}" for row in rows)
    drawn = [{"insurer": _named(row, names), "part": row["part_eur"]} for row in rows]
    svg = drawing.figure_svg(
        drawing.draw(charts_money.parts_by_insurer(drawn)), "fig-verdeling", title, f"Per verzekeraar: {said}."
    )
    figure = Figure("fig-verdeling", title, "Part of the revenue difference per insurer", said, svg, kind="wide")
    legend = (("bar", "verzekeraar betaalt (sluittarief)"), ("bar-out", "verzekeraar krijgt terug (vereffeningbedrag)"))
    return Section(
        "verzekeraars",
        "Verdeling over zorgverzekeraars",
        "Allocation over insurers",
        [lead, Figures([figure], legend), _parts_table(rows, names, year, word)],
    )


def _named(row: Row, names: dict[str, str]) -> str:
    """`Zorgverzekeraar A (9001)`, or the UZOVI alone of one that nobody named."""
    uzovi = row["insurer_uzovi"]
    return f"{names[uzovi]} ({uzovi})" if uzovi in names else uzovi


_PART_COLUMNS = {
    "declared_eur": ("Gedeclareerd", "€"),
    "disputed_eur": ("Betwist", "terug te vorderen, €"),
    "lump_sum_eur": ("Lumpsum", "€"),
    "part_eur": ("Deel", "van het verschil, €"),
    "burden_eur": ("Last", "gedeclareerd − betwist + lumpsum + deel, €"),
    "claims_paid_eur": ("Declaraties betaald", "of daarvoor aangenomen, €"),
    "advance_eur": ("Voorschot", "al betaald, €"),
    "still_to_pay_eur": ("Nog te betalen", "last − betaald, €"),
}


def _parts_table(rows: list[Row], names: dict[str, str], year: int, word: str) -> Table:
    head = [Head("Verzekeraar", "naam en UZOVI"), *(Head(*words, number=True) for words in _PART_COLUMNS.values())]
    body = [[text(_named(row, names)), *(figure_cell(dutch.euro(row[n])) for n in _PART_COLUMNS)] for row in rows]
    foot = [text("Alle"), *(figure_cell(dutch.euro(total(rows, name))) for name in _PART_COLUMNS)]
    return Table(f"Last per zorgverzekeraar, {year}, {word}", head, body, [foot], kind="allocation")
