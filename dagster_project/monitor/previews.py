"""Tables of a release that a monitor looks up in the Dagster UI: KPIs, findings, what moved, who pays, the plan.

A finding has both its sides, and never a patient.
"""

from __future__ import annotations

from dagster_project.monitor import dutch
from dagster_project.monitor.markdown import markdown_table
from dagster_project.monitor.released import Released, Row
from dagster_project.monitor.sections.payers import PAYERS

_DEFINITIONS = """
    select kpi_id, name_nl, name_en, numerator, denominator, measure_unit, direction
    from kpi.definition
    order by position
"""
_DEFINITIONS_HEAD = ("KPI", "Naam", "Name", "Numerator", "Denominator", "Unit", "Better")
_FINDINGS = """
    from integrity.double_funding_finding
    order by amount_at_risk_eur desc, finding_id
    limit 25
"""
_FINDINGS_HEAD = (
    "Regel (rule)", "Zin (sentence)", "Zwaarte (severity)", "Status", "Eigen kant (side)", "Andere kant (other side)",
    "In het geding (at risk), €", "Betwist (disputed), €", "Uitzondering (exception)", "Sinds (since release)",
)  # fmt: skip
_MOVED = """
    select region_code, function, valid_from, provider_agb, cleared_from, amount_eur, cleared_eur, budget_before_eur,
        budget_after_eur, status
    from finance.function_allocation
    where cleared_from is not null
    order by status desc, region_code, function, valid_from, provider_agb
"""
_MOVED_HEAD = (
    "Regio (region)", "Functie (function)", "Vanaf (from)", "Houder (holder)", "Eerder bij (before at)",
    "Nieuw (new), €", "Geschoond (cleared), €", "Budget ervoor (before), €", "Budget erna (after), €", "Stand (status)",
)  # fmt: skip
_SPENDING = """
    select line, year, instrument, planned_eur, spent_eur, open_eur
    from decision.spending
    order by year, line
"""
_YEAR_END = """
    select
        region_code, year, budget_eur, revenue_eur, expected_final_eur, expected_low_eur, expected_high_eur,
        case outlook
            when 'above' then 'boven budget (above)' when 'below' then 'onder budget (below)'
            when 'open' then 'nog open (open)'
        end as outlook,
    from finance.region_realisation
    where year >= year($as_of::date) - 1 and expected_final_eur is not null
    order by year desc, region_code
"""
_YEAR_END_HEAD = (
    "Regio (region)", "Jaar (year)", "Budget, €", "Omzet tot nu (revenue so far), €", "Verwacht (expected), €",
    "80% vanaf (from), €", "80% tot (to), €", "Oordeel (outlook)",
)  # fmt: skip
_SPENDING_HEAD = (
    "Regel (line)", "Jaar (year)", "Betaald uit (paid from)", "Gepland (planned), €", "Besteed (spent), €", "Open, €",
)  # fmt: skip

_PAYERS_HEAD = (
    "Jaar (year)", "Betaler (payer)", "Aanbieders (providers)", "Budget, €", "Omzet (revenue), €",
    "Verschil (budget − revenue), €",
)  # fmt: skip


def definitions_markdown(released: Released) -> str | None:
    """The catalogue of KPIs in the order in which they are shown."""
    if not released.has("kpi.definition"):
        return None
    return markdown_table(_DEFINITIONS_HEAD, [[str(v) for v in row.values()] for row in released.rows(_DEFINITIONS)])


def findings_markdown(released: Released) -> str | None:
    """The findings with the largest amounts, what their rule says, and providers with their names."""
    if not released.has("integrity.double_funding_finding"):
        return None
    rows = [_finding(row, released) for row in released.rows(_FINDINGS)]
    return markdown_table(_FINDINGS_HEAD, rows) if rows else None


def moved_functions_markdown(released: Released) -> str | None:
    """The clearing ledger: functions with another holder, those whose budget was not cleared first."""
    return _plain(released, "finance.function_allocation", _MOVED, _MOVED_HEAD)


def spending_markdown(released: Released) -> str | None:
    """The national spending plan, planned beside spent."""
    return _plain(released, "decision.spending", _SPENDING, _SPENDING_HEAD)


def payers_markdown(released: Released) -> str | None:
    """Budget and revenue per year and kind of payer."""
    return _plain(released, "finance.payer_year", PAYERS, _PAYERS_HEAD)


def year_end_markdown(released: Released) -> str | None:
    """What each region's year is expected to end at, its 80 % interval, and what that says of the budget."""
    return _plain(released, "finance.region_realisation", _YEAR_END, _YEAR_END_HEAD, as_of=released.as_of)


def _plain(released: Released, table: str, query: str, head: tuple[str, ...], **parameters: object) -> str | None:
    rows = released.rows(query, **parameters) if released.has(table) else []
    return markdown_table(head, [[_cell(name, value) for name, value in row.items()] for row in rows]) if rows else None


def _cell(name: str, value: object) -> str:
    if name.endswith("_eur"):
        return dutch.euro(value)
    return dutch.MISSING if value is None else str(value)


def _finding(row: Row, released: Released) -> list[str]:
    own_agb, counter_agb = row["provider_agb"], row["counter_provider_agb"]
    own = (released.providers.get(own_agb), own_agb, row["declaration_id"] or row["budget_line"])
    counter = (released.providers.get(counter_agb), counter_agb, row["counter_declaration_id"], row["counter_line"])
    return [
        row["rule"],
        str(released.rules.get(row["rule"], {}).get("sentence_nl", "")),
        row["severity"],
        row["status"],
        _side(*own),
        _side(*counter) or dutch.MISSING,
        dutch.euro(row["amount_at_risk_eur"]),
        dutch.euro(row["disputed_eur"]),
        row["exception_id"] or "",
        row["first_seen_release"],
    ]


def _side(*words: str | None) -> str:
    return " ".join(word for word in words if word)
