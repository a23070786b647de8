"""What a monitor sees in the Dagster UI: the scorecard, charts as pictures, what moved, numbers that are plotted.

Belongs here: a release as Markdown and plain numbers. Which asset shows them stands in `defs/monitor.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dagster_project.monitor import drawing, dutch
from dagster_project.monitor.markdown import markdown_table
from dagster_project.monitor.previews import (
    definitions_markdown,
    findings_markdown,
    moved_functions_markdown,
    payers_markdown,
    spending_markdown,
    year_end_markdown,
)
from dagster_project.monitor.released import COUNTRY, Released
from dagster_project.monitor.scorecard import Line, Score, scorecard, under, usual_period
from dagster_project.monitor.sections.control import charted, control_drawing, of_the_country, said_of
from dagster_project.monitor.sections.realisation import budget_years, pct, realised, total

_MARKS = {"met": "✓", "not_met": "✗", "improving": "◆", "worsening": "▲", "special": "■", "unjudged": "✚"}
_LEGEND = (
    "✓ doel gehaald (target met) · ✗ doel niet gehaald (not met) · bijzondere oorzaak (special cause): ◆ verbetering"
    " (improving), ▲ verslechtering (worsening), ■ geen van beide (neither) · ✚ niet heel geleverd"
    " (partial) of voorlopig (provisional), door niets beoordeeld (judged by nothing) · \\<n weggelaten (suppressed)"
    " · – geen waarde (no value)"
)
_CHART_LEGEND = (
    "Doorgetrokken: waarde en gemiddelde (value, mean) · gestreept: regelgrenzen (limits) · gestippeld: doel (target) ·"
    " ◆ verbetering (improving) · ▲ verslechtering (worsening) · ■ bijzondere oorzaak (special cause) · ✚ niet heel"
    " geleverd (partial) of voorlopig (provisional)"
)
_TALLIES = """
    select
        (select count(*) from integrity.quarantine) as quarantined,
        (select count(*) from integrity.delivery where status = 'rejected') as rejected,
        (select count(*) from integrity.double_funding_finding where status = 'open') as open,
        (select sum(disputed_eur) from finance.budget_realisation) as disputed_eur
"""
_MOST = 100


@dataclass(frozen=True)
class View:
    """Texts in Markdown and numbers by the name that the UI shows them under, in their order."""

    texts: dict[str, str]
    numbers: dict[str, float]


def scorecard_view(released: Released) -> View:
    """The scorecard and the catalogue, and the country's value of every KPI as a number."""
    lines = scorecard(released)
    texts = {
        "Scorekaart (scorecard)": scorecard_markdown(lines, released.regions) if lines else None,
        "Hoe elke KPI is gedefinieerd (definitions)": definitions_markdown(released),
    }
    return View({name: text for name, text in texts.items() if text}, _kpi_numbers(lines))


def charts_view(released: Released) -> View:
    """A picture per KPI that has a control chart, with what it says in words."""
    texts = {}
    for rows in of_the_country(charted(released)):
        name = f"{rows[0]['name_nl']} ({rows[0]['name_en']})"
        texts[name] = f"{said_of(rows)}\n\n![{name}]({drawing.picture(control_drawing(rows))})\n\n{_CHART_LEGEND}"
    return View(texts, {})


def changes_view(released: Released, told: dict[str, Any]) -> View:
    """What moved since the release before, which checks warn, the largest findings, and tallies as numbers.

    `told` is the release's manifest.
    """
    others = [check for check in told["checks"] if check["outcome"] != "passed"]
    texts = {
        "Wat bewoog (what moved)": moved_markdown(told),
        "Controles die waarschuwen (checks that warn)": checks_markdown(others),
    }
    tables = {
        "Verwacht jaareinde (expected end of the year)": year_end_markdown(released),
        "Grootste bevindingen (largest findings)": findings_markdown(released),
        "Verschoven functies en schoning (clearing ledger)": moved_functions_markdown(released),
        "Omzet naar betaler (revenue by payer)": payers_markdown(released),
        "Bestedingsplan (spending plan)": spending_markdown(released),
    }
    texts |= {name: table for name, table in tables.items() if table}
    numbers = _realised(released) | _tallies(released)
    numbers["Aantal controles dat waarschuwt (number of checks that warn)"] = float(
        sum(check["outcome"] != "no_data" for check in others)
    )
    numbers["Aantal cijfers dat bewoog (number of figures that moved)"] = float(len(told["moved"]))
    return View(texts, numbers)


def scorecard_markdown(lines: list[Line], names: dict[str, str]) -> str:
    """KPIs in rows, regions in columns; over the table the period, under it what the marks say. `names` are those of
    the regions by code, in order."""
    codes = [COUNTRY, *(code for code in names if any(code in line.scores for line in lines))]
    period = usual_period(lines)
    head = ["KPI", "Doel (target)", *(names.get(code, "Nederland").replace("/", "/ ") for code in codes)]
    rows = [
        [_named(line, before, period), line.target, *(_scored(line.scores.get(code)) for code in codes)]
        for before, line in zip([None, *lines], lines, strict=False)
    ]
    return f"Stand van {period} (as of the last whole month)\n\n{markdown_table(head, rows)}\n\n{_LEGEND}"


def _named(line: Line, before: Line | None, period: str) -> str:
    below = under(line, before, period)
    return f"{line.label} ({below})" if below else line.label


def _scored(score: Score | None) -> str:
    if score is None:
        return ""
    marks = [_MARKS[kind] for kind in (score.special, score.status) if kind]
    return " ".join([score.shown.replace("<", "\\<"), *marks])


def moved_markdown(told: dict[str, Any]) -> str:
    """Every main figure that differs from the release before, and the deliveries that did it."""
    if told["moved_against"] is None:
        return "Dit is de eerste release; er is niets om mee te vergelijken. (First release: nothing to compare with.)"
    if not told["moved"]:
        return f"Niets bewoog sinds release {told['moved_against']}. (Nothing moved.)"
    rows = [
        [move["figure"], _figure(move["before"]), _figure(move["after"]), _step(move["before"], move["after"])]
        for move in told["moved"][:_MOST]
    ]
    more = f" Hier de eerste {_MOST}; alle staan in `audit.release`." if len(told["moved"]) > _MOST else ""
    why = f"{len(told['deliveries_new'])} nieuwe leveringen (new), {len(told['deliveries_gone'])} weg (gone)"
    lead = f"Sinds release (since) {told['moved_against']}: {len(told['moved'])} cijfers bewogen; {why}.{more}"
    head = ["Cijfer (figure)", "Was (before)", "Is (after)", "Verschil (change)"]
    return f"{lead}\n\n{markdown_table(head, rows)}"


def _figure(value: str | None) -> str:
    return dutch.MISSING if value is None else dutch.number(Decimal(value), 2 if "." in value else 0)


def _step(before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return dutch.MISSING
    change = Decimal(after) - Decimal(before)
    sign = "+" if change > 0 else ""
    return sign + dutch.number(change, 2 if "." in after else 0)


def checks_markdown(others: Sequence[dict[str, Any]]) -> str:
    """The checks that do not hold, or had no data to judge."""
    if not others:
        return "Alle controles houden stand. (All checks hold.)"
    rows = [[check["name"], check["outcome"], check["sentence"]] for check in others]
    return markdown_table(["Controle (check)", "Uitkomst (outcome)", "Waarom (why)"], rows)


def _kpi_numbers(lines: list[Line]) -> dict[str, float]:
    """The country's last whole period per KPI; of a KPI with several kinds of unit, all of them."""
    return {
        f"{line.label} ({line.name_en})": round(float(score.value), 4)
        for line in lines
        for score in [line.scores.get(COUNTRY)]
        if score and score.value is not None
    }


def _realised(released: Released) -> dict[str, float]:
    years = budget_years(released)
    rows = realised(released, years[0]) if years else []
    share = pct(total(rows, "revenue_eur"), total(rows, "budget_eur"))
    return {} if share is None else {"Realisatie dit jaar, % (realisation this year)": float(round(share, 4))}


def _tallies(released: Released) -> dict[str, float]:
    needed = (
        "integrity.quarantine",
        "integrity.delivery",
        "integrity.double_funding_finding",
        "finance.budget_realisation",
    )
    if not released.has(*needed):
        return {}
    row = released.rows(_TALLIES)[0]
    return {
        "Open bevindingen dubbele bekostiging (open findings)": float(row["open"]),
        "Uit de omzet gehouden, € (kept out of revenue)": float(row["disputed_eur"] or 0),
        "Rijen in quarantaine (quarantined rows)": float(row["quarantined"]),
        "Geweigerde bestanden (rejected files)": float(row["rejected"]),
    }
