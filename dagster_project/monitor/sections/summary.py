"""The first page: the numbers that a reader remembers, and one row per region."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dagster_project.monitor import dutch
from dagster_project.monitor.blocks import Cell, Fact, Facts, Head, Section, Table, figure_cell, text
from dagster_project.monitor.released import COUNTRY, Released, Row
from dagster_project.monitor.scorecard import SPECIAL_WORDS, Line, scorecard
from dagster_project.monitor.sections.realisation import budget_years, pct, realised, total

_OPEN = """
    select region_code, sum(open)::bigint as open
    from integrity.double_funding_summary
    group by region_code
"""
_KEPT_OUT = """
    select region_code, sum(disputed_eur) as disputed_eur
    from finance.budget_realisation
    group by region_code
"""
_DELIVERED = """
    select count(*) as files, count(*) filter (where status = 'rejected') as rejected, sum(rows)::bigint as rows,
        sum(quarantined)::bigint as quarantined
    from integrity.delivery
"""


def summary_section(released: Released, checks: Sequence[dict[str, Any]]) -> Section:
    """Facts of the country, then the summary per region."""
    lines = scorecard(released)
    years = budget_years(released)
    money = {year: realised(released, year) for year in years}
    facts = [*_money_facts(money), *_kpi_facts(lines), *_finding_facts(released), *_quality_facts(released, checks)]
    table = _regions_table(released, money, lines)
    return Section("kort", "In het kort", "Summary", [Facts(facts), *([table] if table else [])])


def _money_facts(money: dict[int, list[Row]]) -> list[Fact]:
    facts = []
    for year, rows in money.items():
        budget, revenue = total(rows, "budget_eur"), total(rows, "revenue_eur")
        said = f"{dutch.short_euro(revenue)} omzet op {dutch.short_euro(budget)} budget"
        facts.append(Fact(dutch.percent(pct(revenue, budget)), f"Realisatie {year}", said))
    return facts


def _kpi_facts(lines: list[Line]) -> list[Fact]:
    country = [line.scores[COUNTRY] for line in lines if COUNTRY in line.scores]
    judged = [score for score in country if score.status]
    if not judged:
        return []
    met = sum(score.status == "met" for score in judged)
    worse = sum(score.special == "worsening" for score in country)
    said = f"{worse} KPI's verslechteren bijzonder" if worse != 1 else "1 KPI verslechtert bijzonder"
    return [Fact(f"{met} van {len(judged)}", "KPI-doelen gehaald, landelijk", said)]


def _finding_facts(released: Released) -> list[Fact]:
    if not released.has("integrity.double_funding_summary", "finance.budget_realisation"):
        return []
    found = sum(row["open"] for row in released.rows(_OPEN))
    kept_out = f"€ {dutch.euro(total(released.rows(_KEPT_OUT), 'disputed_eur'))} uit de omzet gehouden"
    return [Fact(dutch.number(found), "Open bevindingen dubbele bekostiging", kept_out)]


def _quality_facts(released: Released, checks: Sequence[dict[str, Any]]) -> list[Fact]:
    facts = []
    if released.has("integrity.delivery"):
        row = released.rows(_DELIVERED)[0]
        share = row["quarantined"] * 100 / row["rows"] if row["rows"] else None
        said = (
            f"{dutch.number(row['quarantined'] or 0)} van {dutch.number(row['rows'] or 0)} rijen;"
            f" {dutch.number(row['rejected'])} van {dutch.number(row['files'])} bestanden geweigerd"
        )
        facts.append(Fact(dutch.percent(share, 2), "Rijen in quarantaine", said))
    if checks:
        held = sum(check["outcome"] == "passed" for check in checks)
        facts.append(Fact(f"{held} van {len(checks)}", "Controles houden stand", "de andere staan onder Kwaliteit"))
    return facts


def _regions_table(released: Released, money: dict[int, list[Row]], lines: list[Line]) -> Table | None:
    if not money:
        return None
    has_found = released.has("integrity.double_funding_summary")
    found = {row["region_code"]: row["open"] for row in released.rows(_OPEN)} if has_found else {}
    kept_out = {row["region_code"]: row["disputed_eur"] for row in released.rows(_KEPT_OUT)}
    head = [Head("Regio")]
    for year in money:
        head += [Head(f"Budget {year}", "€", True), Head(f"Realisatie {year}", number=True)]
    head += [Head("Open bevindingen", "dubbele bekostiging", True), Head("Uit de omzet gehouden", "betwist, €", True)]
    head += [Head("KPI-doelen gehaald", number=True), Head("Bijzondere oorzaken", number=True)]
    names = released.regions
    by_year = {year: {row["region_code"]: row for row in rows} for year, rows in money.items()}
    body = [
        [
            text(names[code]),
            *_money_cells([rows.get(code) for rows in by_year.values()]),
            *_found_cells(found.get(code), kept_out.get(code)),
            *_kpi_cells(lines, code),
        ]
        for code in names
        if any(code in rows for rows in by_year.values())
    ]
    wholes = [{name: total(rows, name) for name in ("budget_eur", "revenue_eur")} for rows in money.values()]
    all_found = _found_cells(sum(found.values()), sum(kept_out.values(), Decimal(0)))
    foot = [text("Nederland"), *_money_cells(wholes), *all_found, *_kpi_cells(lines, COUNTRY)]
    return Table("Samenvatting per regio", head, body, [foot], kind="summary")


def _money_cells(rows: Sequence[Row | None]) -> list[Cell]:
    cells = []
    for row in rows:
        budget, revenue = (row["budget_eur"], row["revenue_eur"]) if row else (Decimal(0), Decimal(0))
        cells += [figure_cell(dutch.euro(budget)), figure_cell(dutch.percent(pct(revenue, budget)), "strong")]
    return cells


def _found_cells(found: int | None, kept_out: Decimal | None) -> list[Cell]:
    return [figure_cell(dutch.number(found or 0)), figure_cell(dutch.euro(kept_out or Decimal(0)))]


def _kpi_cells(lines: list[Line], code: str) -> list[Cell]:
    scores = [line.scores[code] for line in lines if code in line.scores]
    judged = [score for score in scores if score.status]
    met = sum(score.status == "met" for score in judged)
    counts = {kind: sum(score.special == kind for score in scores) for kind in SPECIAL_WORDS}
    icons = tuple((kind, f"{SPECIAL_WORDS[kind]}:", str(count)) for kind, count in counts.items() if count)
    return [
        figure_cell(f"{met} van {len(judged)}" if judged else dutch.MISSING),
        Cell("" if icons else dutch.MISSING, "number", icons),
    ]
