"""What each region's year is expected to end at, with its doubt, beside its budget."""

from __future__ import annotations

from dagster_project.monitor import charts_money, drawing, dutch
from dagster_project.monitor.blocks import Cell, Figure, Figures, Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.released import Released, Row

OUTLOOKS = {"above": "boven budget", "below": "onder budget", "open": "nog open"}
"""What the interval says of the budget; without one nothing is said."""

_EXPECTED = """
    select
        region_code, budget_eur, revenue_eur, expected_final_eur, expected_low_eur, expected_high_eur, outlook,
        expected_final_eur - budget_eur as above_budget_eur,
        expected_final_eur * 100 / nullif(budget_eur, 0) as expected_pct,
        expected_low_eur * 100 / nullif(budget_eur, 0) as low_pct,
        expected_high_eur * 100 / nullif(budget_eur, 0) as high_pct,
    from finance.region_realisation
    where year = $year
    order by region_code
"""
_NOT_WHOLE = """
    select distinct period_start
    from kpi.value
    where kpi_id = 'admin_burden' and region_code <> 'NL' and period_type = 'month' and partial
        and year(period_start) = $year and month(period_start) <= month($as_of::date)
    order by period_start
"""
"""Months of declarations that were not delivered whole: of a KPI that counts every debit."""
_LEGEND = (("dot", "verwacht"), ("pale-bar", "interval van 80%"), ("dots", "het budget"))


def expected(released: Released, year: int) -> list[Row]:
    """Per region of one year its budget, what it is expected to end at and between what, and the outlook."""
    if not released.has("finance.region_realisation"):
        return []
    rows = {row["region_code"]: row for row in released.rows(_EXPECTED, year=year)}
    return [rows[code] for code in released.regions if code in rows]


def expected_years(released: Released) -> list[int]:
    """The year of the release and the one before, newest first, as far as any region's end is expected."""
    years = (released.as_of.year, released.as_of.year - 1)
    return [year for year in years if any(row["expected_final_eur"] is not None for row in expected(released, year))]


def year_end_section(released: Released) -> Section | None:
    """The end of the year of each region with its interval, and which will end above or below their budget."""
    years = expected_years(released)
    if not years:
        return None
    rows = {year: expected(released, year) for year in years}
    lead = Words(
        "Declaraties komen weken na de zorg binnen, creditnota's maanden later. Elke maand is aangevuld met wat er naar"
        " eerdere maanden te oordelen nog bij komt of af gaat; de maanden die nog komen volgen vorig jaar. In vier van"
        " de vijf eerdere prognoses met evenveel maanden te gaan lag de uitkomst binnen het interval. Een regio is"
        " boven of onder budget als verwachting en interval daar allebei liggen; anders is het nog open."
    )
    warned = [words for year in years if (words := _not_whole(released, year))]
    figures = [Figures([figure], _LEGEND) for year in years if (figure := _figure(rows[year], released.regions, year))]
    tables = [_table(rows[year], released.regions, year) for year in years]
    return Section("jaareinde", "Verwacht jaareinde", "Expected end of the year", [lead, *warned, *figures, *tables])


def _not_whole(released: Released, year: int) -> Words | None:
    """A warning where the year so far is held against months of the year before that were delivered in part."""
    if year != released.as_of.year or not released.has_column("kpi.value", "partial"):
        return None
    months = released.rows(_NOT_WHOLE, year=year - 1, as_of=released.as_of)
    if not months:
        return None
    named = ", ".join(dutch.period(row["period_start"], "month") for row in months)
    return Words(
        f"Let op: {named} is niet in elke regio heel geleverd. Waar {year} daarmee wordt vergeleken, is de verwachting"
        " te hoog; oordeel daar nog niet op."
    )


def said(row: Row) -> str:
    return OUTLOOKS.get(row["outlook"], dutch.MISSING)


def _figure(rows: list[Row], names: dict[str, str], year: int) -> Figure | None:
    drawn = [row | {"region": names[row["region_code"]]} for row in rows if row["expected_pct"] is not None]
    if not drawn:
        return None
    words = ", ".join(f"{row['region']} {dutch.percent(row['expected_pct'])} ({said(row)})" for row in drawn)
    name, title = f"fig-jaareinde-{year}", f"Verwachte omzet van {year} als deel van het jaarbudget"
    svg = drawing.draw(charts_money.year_ends(drawn))
    return Figure(
        name,
        title,
        "Expected revenue of the year as a share of the budget, with its 80% interval",
        f"{title}: {words}.",
        drawing.figure_svg(svg, name, title, f"Per regio: {words}."),
        kind="wide",
    )


def _table(rows: list[Row], names: dict[str, str], year: int) -> Table:
    head = [
        Head("Regio"),
        Head("Budget", "€", True),
        Head("Omzet tot nu", "€", True),
        Head("Verwacht jaareinde", "€", True),
        Head("Interval van 80%", "€", True),
        Head("Boven budget", "verwacht − budget, €", True),
        Head("Oordeel"),
    ]
    return Table(f"Verwacht jaareinde per regio, {year}", head, [_row(names[row["region_code"]], row) for row in rows])


def _row(name: str, row: Row) -> list[Cell]:
    return [
        text(name),
        figure_cell(dutch.euro(row["budget_eur"])),
        figure_cell(dutch.euro(row["revenue_eur"])),
        figure_cell(dutch.euro(row["expected_final_eur"]), "strong"),
        figure_cell(interval(row)),
        figure_cell(dutch.euro(row["above_budget_eur"])),
        text(said(row)),
    ]


def interval(row: Row) -> str:
    if row["expected_low_eur"] is None:
        return dutch.MISSING
    return f"{dutch.euro(row['expected_low_eur'])} – {dutch.euro(row['expected_high_eur'])}"
