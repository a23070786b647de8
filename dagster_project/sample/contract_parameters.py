"""Sound parameters of contracts, one set for each form of payment; amounts are made up."""

from __future__ import annotations

import json
from typing import Any


def sound_parameters(form: str, years: range, turn: int = 0) -> dict[str, Any]:
    """What a contract of these years has; `turn` tells variants of a form apart."""
    made = {
        "fee_for_service": {"prices": {"GP001": 2_900}} if turn else {},
        "contract_sum": {"sums": _by_year(years, 25_000_000)},
        "revenue_ceiling": {"ceilings": _by_year(years, 18_000_000)},
        "revenue_guarantee": {"guarantees": _by_year(years, 9_000_000)},
        "pay_for_performance": _pay_for_performance(turn),
        "shared_savings": _shared_savings(years, turn),
        "bundle": {
            "price_cents": 210_000, "episode": {"trigger_codes": ["MA001"], "days": 42}, "settlement": "retrospective",
        },
        "capitation": {"amount_cents_per_year": 12_500, "parties": "one"},
        "population_budget": {
            "amount_cents": 4_200, "areas": ["Groningen"],
            "shared_risk": {"norm_cents": 9_000_000, "corridor": "0.05", "share": "0.5"},
        },
        "budget": {},
        "per_insured": {"amount_cents": 310, "title": "bdss", "ends_on": f"{years[0] + 4}-12-31"},
        "availability": {"amounts": _by_year(years, 45_000_000)},
        "cashier": {"budgets": _by_year(years, 60_000_000), "client_share": "0.66666666666666666667"},
    }  # fmt: skip
    return made[form]


def as_field(parameters: dict[str, Any]) -> str:
    """As JSON in a field of a line that is written as it is: in quotes, each quote in it doubled."""
    return '"' + json.dumps(parameters).replace('"', '""') + '"'


def prospective(price_cents: int, code: str) -> dict[str, Any]:
    """A bundle that is paid in place of what is declared."""
    episode = {"trigger_codes": [code], "days": 1}
    return {"price_cents": price_cents, "episode": episode, "settlement": "prospective"}


def _by_year(years: range, cents: int) -> dict[str, int]:
    return {str(year): cents + 100_000 * turn for turn, year in enumerate(years)}


def _pay_for_performance(turn: int) -> dict[str, Any]:
    screened = {"kpi_id": "apop_screening", "floor": "60", "target": "80", "bonus_cents": 500_000}
    waited = {
        "kpi_id": "lead_time", "floor": "6", "target": "4", "bonus_cents": 200_000, "malus_floor": "9.5",
        "malus_cents": 200_000,
    }  # fmt: skip
    return {
        "base": {"form": "fee_for_service", "parameters": {}},
        "indicators": [screened, waited][: turn + 1],
        "cap_cents": 600_000,
        "measured": "collective" if turn == 1 else "provider_region",
    }


def _shared_savings(years: range, turn: int) -> dict[str, Any]:
    """Agreed on in time, on the first day, and without a benchmark."""
    agreed = {
        "benchmark_cents": 12_000_000,
        "benchmark_agreed_on": f"{years[0]}-01-01" if turn == 1 else f"{years[0] - 1}-11-15",
        "benchmark_method": "Mean of the two years before, indexed",
        "cost_definition": "Urgent consults by day",
        "population": "Insured of the practice",
        "destination": "Training in shared decisions",
    }
    return {
        "base": {"form": "fee_for_service", "parameters": {}},
        **({} if turn == 2 else agreed),
        "minimum_rate": "0.02",
        "share": "0.5",
        "sided": "two_sided" if turn == 0 else "upside",
        "cap_of_benchmark": "0.1",
    }
