"""Contracts of every form of payment; none covers what is declared apart (scopes name no code that is declared).

GP posts and ambulance services have none, but for planted ones.
"""

from __future__ import annotations

import json
from datetime import date

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.feeds.contracts import FORMS
from dagster_project.sample.care import World
from dagster_project.sample.reference import texts

COLUMNS = FEEDS["contracts"].names
PER_FORM = 3
PARTIES = {
    "fee_for_service": "gp", "contract_sum": "elv", "revenue_ceiling": "district_nursing",
    "revenue_guarantee": "pharmacy", "pay_for_performance": "gp", "shared_savings": "gp", "bundle": "maternity",
    "capitation": "gp", "population_budget": "network", "budget": "zco", "per_insured": "zco",
    "availability": "hospital", "cashier": "network",
}  # fmt: skip
SCOPES = {
    "fee_for_service": "GP001", "contract_sum": "crisis beds of the region, whoever refers",
    "revenue_ceiling": "DN001", "revenue_guarantee": "PH001", "pay_for_performance": "GP001",
    "shared_savings": "insured of the practice", "bundle": "childbirth from intake until maternity care ends",
    "capitation": "enrolled patients of 75 and older", "population_budget": "inhabitants of the region",
    "budget": "coordination of acute care", "per_insured": "insured of the region",
    "availability": "supraregional coordination", "cashier": "the network's care for the frail",
}  # fmt: skip
PARAMETERS: dict[str, dict] = {
    "fee_for_service": {"price_cents": {"GP001": 2900}},
    "contract_sum": {"sum_cents": 25_000_000},
    "revenue_ceiling": {"ceiling_cents": 18_000_000},
    "revenue_guarantee": {"guarantee_cents": 9_000_000},
    "pay_for_performance": {
        "base_form": "fee_for_service",
        "indicators": [{"kpi_id": "apop_screening", "floor_pct": 60, "target_pct": 80, "bonus_cents": 500_000}],
    },
    "shared_savings": {
        "benchmark_cents": 12_000_000, "share_pct": 50, "minimum_savings_pct": 2, "sides": "upside",
        "cap_cents": 1_000_000,
    },
    "bundle": {"price_cents": 210_000, "settlement": "retrospective"},
    "capitation": {"amount_cents_per_person_year": 12_500, "enrolled": 900},
    "population_budget": {"amount_cents_per_inhabitant": 4_200},
    "budget": {},
    "per_insured": {"amount_cents_per_insured": 310},
    "availability": {"amount_cents": 45_000_000},
    "cashier": {"budget_cents": 60_000_000, "client_bound_norm_pct": 66.67, "own_cost_cents": 1_800_000},
}  # fmt: skip


def contract_rows(world: World) -> pl.DataFrame:
    """Three of each form, of different providers, from the first day of the sample's first year, as text."""
    rows = [_row(world, form, index, turn) for index, form in enumerate(FORMS) for turn in range(PER_FORM)]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def _row(world: World, form: str, index: int, turn: int) -> dict:
    providers, uzovi = world.country.of_sector(PARTIES[form]), texts("insurers", "uzovi")
    party = "network_agb" if PARTIES[form] == "network" else "provider_agb"
    first = world.calendar.first.year
    return {
        "contract_id": f"{form}-{turn + 1}",
        party: world.country.agb(providers[(index + turn * (len(providers) // PER_FORM)) % len(providers)]),
        "insurer_uzovi": None if turn == 0 else uzovi[(index + turn) % len(uzovi)],
        "form": form,
        "scope": SCOPES[form],
        "valid_from": date(first, 1, 1).isoformat(),
        "valid_to": None if turn == 1 else date(first + 2, 12, 31).isoformat(),
        "parameters": json.dumps(PARAMETERS[form]),
    }
