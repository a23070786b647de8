"""Contracts of every form of payment; none that covers care for good has care that is declared (GP101 has no tariff).

GP posts and ambulance services have none, but for planted ones.
"""

from __future__ import annotations

import json
from datetime import date

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.feeds.contracts import FORMS
from dagster_project.sample.care import World
from dagster_project.sample.contract_parameters import sound_parameters
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
    "fee_for_service": "codes:GP001", "contract_sum": "all", "revenue_ceiling": "codes:DN001",
    "revenue_guarantee": "function:care", "pay_for_performance": "codes:GP001", "shared_savings": "codes:GP001",
    "bundle": "codes:MA001", "capitation": "codes:GP101", "population_budget": "population", "budget": "all",
    "per_insured": "population", "availability": "function:supraregional", "cashier": "all",
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
        "parameters": json.dumps(sound_parameters(form, range(first, first + PER_FORM), turn)),
    }
