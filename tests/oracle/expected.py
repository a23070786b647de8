"""The whole oracle: a landing folder in, every expected table out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from dagster_project.feeds import FEEDS

from . import capacity, clearing, contracts, finance, observations
from .books import Shares, books, in_force
from .completion import Triangles
from .costs import Costs
from .door import Row, judge
from .evidence import Evidence
from .finding import Finding
from .findings import findings
from .forecasts import region_sums
from .lines import lines
from .money import euros
from .payers import Payers
from .periods import latest, latest_editions
from .reading import Delivery, Rejected, deliveries
from .reference import SUMMED, Reference, sets_out_of_range, sets_that_do_not_sum, share_set, summed_set

KEYS: dict[str, tuple[str, ...]] = {
    "finance.declaration": ("provider_agb", "declaration_id"),
    "finance.budget": ("provider_agb", "year", "component", "parameter"),
    "finance.budget_realisation": ("provider_agb", "year", "month"),
    "finance.forecast_backtest": ("provider_agb", "year", "cut"),
    "finance.region_realisation": ("region_code", "year"),
    "finance.payer_year": ("provider_agb", "year", "payer_kind"),
    "finance.settlement": ("provider_agb", "year", "edition"),
    "finance.insurer_allocation": ("provider_agb", "year", "edition", "insurer_uzovi"),
    "finance.insurer_macro_category": ("provider_agb", "year", "edition", "insurer_uzovi", "macro_category"),
    "finance.to_reclaim": ("provider_agb", "declaration_id"),
    "finance.function_allocation": ("region_code", "function", "provider_agb", "valid_from"),
    "finance.contract_settlement": ("contract_id", "year", "insurer_uzovi"),
    "decision.spending": ("line", "year"),
    "capacity.hourly": ("provider_agb", "location_code", "unit", "hour"),
    "capacity.stop": ("provider_agb", "location_code", "unit", "started_at"),
    "integrity.delivery": ("feed", "delivery_date", "file"),
    "integrity.quarantine": ("feed", "delivery_date", "file", "row"),
    "integrity.double_funding_finding": ("rule", "provider_agb", "declaration_id", "budget_line"),
}


@dataclass(frozen=True)
class Expected:
    """Per published table its rows: key (as in KEYS) → the other columns.

    Money is Decimal euros, instants are aware datetimes in UTC, `rules` of quarantine a frozenset.
    """

    as_of: date
    tables: dict[str, dict[tuple, dict[str, object]]]
    observed: dict[observations.Key, observations.Cell]

    def __getitem__(self, table: str) -> dict[tuple, dict[str, object]]:
        return self.tables[table]


def compute(landing: Path, *, as_of: date | None = None, key: str) -> Expected:
    """What a run over `landing` up to `as_of` (default: its latest delivery date) must publish.

    `key` is the pseudonym key. Raises ValueError when nothing was delivered.
    """
    found, as_of = deliveries(landing, as_of)
    judged, rejected = _judge_all(found, key)
    shaped = _by_feed(row for rows in judged.values() for row in rows if not row.faults)
    reference = Reference(shaped["providers"], shaped["insurers"], shaped["tariffs"])
    faults = _all_faults(judged, shaped, reference)
    accepted = {name: [row for row in rows if row.place not in faults] for name, rows in shaped.items()}
    current = {name: list(latest(rows).values()) for name, rows in accepted.items()}
    current["budgets"] = latest_editions(accepted["budgets"])
    tables = _marts(current, reference, as_of, Triangles(accepted["declarations"], reference, as_of))
    tables["integrity.delivery"] = _ledger(judged, rejected, faults)
    tables["integrity.quarantine"] = {place: {"rules": rules} for place, rules in faults.items()}
    return Expected(as_of, tables, observations.cells(current["kpi_observations"]))


def _judge_all(found: list[Delivery], key: str) -> tuple[dict[Delivery, list[Row]], list[Delivery]]:
    judged, rejected = {}, []
    for delivery in found:
        try:
            judged[delivery] = judge(delivery, key)
        except Rejected:
            rejected.append(delivery)
    return judged, rejected


def _by_feed(rows: Iterable[Row]) -> dict[str, list[Row]]:
    by_feed: dict[str, list[Row]] = {name: [] for name in FEEDS}
    for row in rows:
        by_feed[row.delivery.feed.name].append(row)
    return by_feed


def _all_faults(
    judged: dict[Delivery, list[Row]], shaped: dict[str, list[Row]], reference: Reference
) -> dict[tuple, frozenset[str]]:
    """Every quarantined row's place and all rules it broke, of shape or of reference."""
    faults = {row.place: row.faults for rows in judged.values() for row in rows if row.faults}
    for rows in shaped.values():
        for row in rows:
            if broken := reference.faults(row):
                faults[row.place] = frozenset(broken)
    shares = shaped["market_shares"]
    wrong_sets = sets_that_do_not_sum(row for row in shares if row.place not in faults)
    for row in shares:
        if share_set(row.values) in wrong_sets:
            faults[row.place] = faults.get(row.place, frozenset()) | {"shares_do_not_sum"}
    for feed in SUMMED:
        beyond = sets_out_of_range(feed, [row for row in shaped[feed] if row.place not in faults])
        for row in shaped[feed]:
            if summed_set(row) in beyond:
                faults[row.place] = faults.get(row.place, frozenset()) | {"sum_out_of_range"}
    return faults


def _marts(current: dict[str, list[Row]], reference: Reference, as_of: date, triangles: Triangles) -> dict[str, dict]:
    declared = list(lines(current["declarations"], reference).values())
    budgets = in_force(current["budgets"])
    found = findings(Evidence(declared, reference, budgets, current))
    payers = Payers(current["function_allocations"], reference)
    ledgers = books(budgets, current["payments"], declared, payers, Costs(current["provider_costs"], reference))
    shares = Shares(current["market_shares"], reference)
    budget = finance.budget(ledgers, reference, payers)
    allocation = finance.insurer_allocation(ledgers, shares)
    forecasts = finance.forecasts(ledgers, reference, triangles)
    realisation = finance.budget_realisation(ledgers, reference, as_of, forecasts)
    return {
        "finance.declaration": finance.declaration(declared),
        "finance.budget": budget,
        "finance.budget_realisation": realisation,
        "finance.forecast_backtest": forecasts.backtests(),
        "finance.region_realisation": region_sums(realisation, budget),
        "finance.payer_year": finance.payer_year(ledgers),
        "finance.settlement": finance.settlement(ledgers, shares),
        "finance.insurer_allocation": allocation,
        "finance.insurer_macro_category": finance.insurer_macro_category(ledgers, allocation),
        "finance.to_reclaim": finance.to_reclaim(found, payers),
        "finance.function_allocation": clearing.function_allocation(current["function_allocations"], budgets),
        "finance.contract_settlement": contracts.settlement(
            [row.values for row in current["contracts"]], declared, ledgers, shares, as_of
        ),
        "decision.spending": finance.spending(current["spending"]),
        "capacity.hourly": capacity.hourly(current["capacity_snapshots"]),
        "capacity.stop": capacity.stops(current["capacity_snapshots"]),
        "integrity.double_funding_finding": {finding.key: _finding(finding) for finding in found},
    }


def _finding(finding: Finding) -> dict[str, object]:
    """The columns that the specification names; of those of place, the ones that the finding's line has."""
    row = {
        "severity": finding.severity,
        "status": finding.status,
        "exception_id": finding.exception_id,
        "counter_provider_agb": finding.counter_agb,
        "counter_declaration_id": finding.counter.values.declaration_id if finding.counter else None,
        "counter_line": finding.counter_line,
        "allocation_line": finding.allocation_line,
        "counter_sector": finding.counter_sector,
        "disputed_eur": euros(finding.disputed_cents),
    }
    placed = {name: getattr(finding, name) for name in ("sector", "region_code", "function")}
    row |= {name: value for name, value in placed.items() if value is not None}
    return row if finding.risk_cents is None else row | {"amount_at_risk_eur": euros(finding.risk_cents)}


def _ledger(
    judged: dict[Delivery, list[Row]], rejected: list[Delivery], faults: dict[tuple, frozenset[str]]
) -> dict[tuple, dict[str, object]]:
    """Per file what came of it; the columns that a rejected file has no figures for are left out."""
    ledger: dict[tuple, dict[str, object]] = {}
    for delivery, rows in judged.items():
        accepted = [row for row in rows if row.place not in faults]
        ledger[delivery.key] = _fingerprint(delivery, "accepted") | {
            "rows": len(rows),
            "accepted": len(accepted),
            "quarantined": len(rows) - len(accepted),
        }
        if delivery.feed.amount:
            ledger[delivery.key]["amount_eur"] = _total(rows)
            ledger[delivery.key]["accepted_amount_eur"] = _total(accepted)
    for delivery in rejected:
        ledger[delivery.key] = _fingerprint(delivery, "rejected")
    return ledger


def _total(rows: Iterable[Row]) -> Decimal | None:
    """What the rows of a file sum to in euros; null where a decimal(18,2) can't hold it."""
    cents = sum(row.cents for row in rows)
    return euros(cents) if abs(cents) < 10**18 else None


def _fingerprint(delivery: Delivery, status: str) -> dict[str, object]:
    return {"sha256": delivery.sha256, "bytes": delivery.path.stat().st_size, "status": status}
