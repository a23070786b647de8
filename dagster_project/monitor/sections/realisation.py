"""Realisation against budget: the course of the year per region, and a table per year."""

# ruff: noqa: S608 - the condition on periods is a constant of `periods.py`
from __future__ import annotations

from decimal import Decimal

from dagster_project.monitor import charts_money, drawing, dutch
from dagster_project.monitor.blocks import Cell, Figure, Figures, Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.periods import is_over
from dagster_project.monitor.released import Released, Row

_YEARS = """
    select distinct year
    from finance.budget
    where edition <> 'requested' and year <= year($as_of::date)
    order by year desc
    limit 2
"""
_REALISED = """
    with budgets as (
        select region_code, sum(amount_eur) as budget_eur
        from finance.budget
        where year = $year and edition <> 'requested'
        group by region_code
    ),

    revenues as (
        select region_code, sum(revenue_eur) as revenue_eur, sum(disputed_eur) as disputed_eur
        from finance.budget_realisation
        where year = $year
        group by region_code
    )

    select
        region_code, coalesce(budget_eur, 0) as budget_eur, coalesce(revenue_eur, 0) as revenue_eur,
        coalesce(disputed_eur, 0) as disputed_eur,
    from budgets
    full join revenues using (region_code)
    order by region_code
"""
_EXPECTED = """
    select region_code, expected_final_eur as expected_eur
    from finance.region_realisation
    where year = $year
"""
_CUMULATIVE = f"""
    with months as (
        select region_code, year, month, sum(revenue_eur) as revenue_eur
        from finance.budget_realisation
        where year between $year - 1 and $year and {is_over("month", "'month'")}
        group by region_code, year, month
    ),

    budgets as (
        select region_code, year, sum(amount_eur) as budget_eur
        from finance.budget
        where edition <> 'requested'
        group by region_code, year
    )

    select
        m.region_code, m.year, month(m.month) as month_number, m.year = $year as latest,
        sum(m.revenue_eur) over (partition by m.region_code, m.year order by m.month) * 100
        / nullif(b.budget_eur, 0) as pct,
    from months as m
    inner join budgets as b using (region_code, year)
    order by m.region_code, m.year, m.month
"""
_TABLES = ("finance.budget", "finance.budget_realisation")


def budget_years(released: Released) -> list[int]:
    """The year of the release and the one before, as far as there are budgets of them; newest first."""
    if not released.has(*_TABLES):
        return []
    return [row["year"] for row in released.rows(_YEARS, as_of=released.as_of)]


def realised(released: Released, year: int) -> list[Row]:
    """Per region of one year budget_eur, revenue_eur, disputed_eur and expected_eur (None without a forecast)."""
    rows = {row["region_code"]: row for row in released.rows(_REALISED, year=year)}
    if released.has("finance.region_realisation"):
        expected = {row["region_code"]: row["expected_eur"] for row in released.rows(_EXPECTED, year=year)}
    else:
        expected = {}
    names = released.regions
    order = [code for code in names if code in rows] + sorted(set(rows) - set(names))
    return [rows[code] | {"expected_eur": expected.get(code)} for code in order]


def total(rows: list[Row], name: str) -> Decimal:
    """The sum of a column over all rows, exact."""
    return sum((row[name] for row in rows), Decimal(0))


def pct(part: Decimal, whole: Decimal) -> Decimal | None:
    return part * 100 / whole if whole else None


def realisation_section(released: Released) -> Section | None:
    """Realisation against budget: the course of the year per region, and a table per year."""
    years = budget_years(released)
    if not years:
        return None
    tables = [_realisation_table(realised(released, year), released.regions, year) for year in years]
    figures = [Figures([figure], _COURSE) for figure in (_course(released, years[0]),) if figure]
    lead = Words(
        "Omzet is wat voor zorg in het jaar is gedeclareerd en het budget dekt, zonder betwiste bedragen, plus"
        " lumpsummen. Een lopend jaar is nog niet vol: de stippellijn is het tempo dat precies op het budget uitkomt."
    )
    return Section("realisatie", "Realisatie van het budget", "Realisation of the budget", [lead, *figures, *tables])


_COURSE = (("line", "dit jaar"), ("pale", "vorig jaar"), ("dots", "gelijk tempo naar 100%"))


def _course(released: Released, year: int) -> Figure | None:
    rows = released.rows(_CUMULATIVE, year=year, as_of=released.as_of)
    if not rows:
        return None
    names = released.regions
    drawn = [row | {"region": names.get(row["region_code"], row["region_code"])} for row in rows]
    order = [name for name in names.values() if any(row["region"] == name for row in drawn)]
    svg = drawing.draw(charts_money.realisation_by_region(drawn, order))
    latest = {row["region"]: row["pct"] for row in drawn if row["latest"]} or {r["region"]: r["pct"] for r in drawn}
    said = ", ".join(f"{name} {dutch.percent(latest[name])}" for name in order if name in latest)
    title = f"Omzet in {year} als deel van het jaarbudget, opgeteld per maand"
    return Figure(
        "fig-realisatie",
        title,
        "Cumulative revenue as a share of the budget of the year",
        f"{title}: {said}.",
        drawing.figure_svg(svg, "fig-realisatie", title, f"Laatste stand per regio: {said}."),
        behind=_course_table(drawn, order, year),
        kind="wide",
    )


def _course_table(rows: list[Row], order: list[str], year: int) -> Table:
    by_place = {(row["region"], row["year"], row["month_number"]): row["pct"] for row in rows}
    columns = sorted({(row["year"], row["month_number"]) for row in rows})
    head = [Head("Regio"), *(Head(dutch.short_month(month, of), number=True) for of, month in columns)]
    body = [
        [text(name), *(figure_cell(dutch.percent(by_place.get((name, *column)))) for column in columns)]
        for name in order
    ]
    return Table(f"Omzet als deel van het jaarbudget tot en met de maand, {year - 1} en {year}", head, body)


def _realisation_table(rows: list[Row], names: dict[str, str], year: int) -> Table:
    forecast = any(row["expected_eur"] is not None for row in rows)
    head = [
        Head("Regio"),
        Head("Budget", "€", True),
        Head("Omzet", "€", True),
        Head("Realisatie", "omzet / budget", True),
        Head("Nog te realiseren", "budget − omzet, €", True),
        Head("Betwist", "telt niet mee, €", True),
    ]
    head += [Head("Verwacht jaareinde", "€", True)] if forecast else []
    body = [_realisation_row(names.get(row["region_code"], row["region_code"]), row, forecast) for row in rows]
    whole = {name: total(rows, name) for name in ("budget_eur", "revenue_eur", "disputed_eur")}
    expected = [row["expected_eur"] for row in rows]
    whole["expected_eur"] = sum(expected, Decimal(0)) if None not in expected else None
    return Table(
        f"Budget en omzet per regio, {year}",
        head,
        body,
        [_realisation_row("Nederland", whole, forecast)],
        kind="realisation",
    )


def _realisation_row(name: str, row: Row, forecast: bool) -> list[Cell]:
    budget, revenue = row["budget_eur"], row["revenue_eur"]
    cells = [
        text(name),
        figure_cell(dutch.euro(budget)),
        figure_cell(dutch.euro(revenue)),
        figure_cell(dutch.percent(pct(revenue, budget)), "strong"),
        figure_cell(dutch.euro(budget - revenue)),
        figure_cell(dutch.euro(row["disputed_eur"])),
    ]
    return cells + ([figure_cell(dutch.euro(row["expected_eur"]))] if forecast else [])
