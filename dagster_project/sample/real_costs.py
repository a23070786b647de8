"""What years really cost providers with a budget: provisional for the year that begins, audited for the one before."""

from __future__ import annotations

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.budgets import Budgeted

COLUMNS = FEEDS["provider_costs"].names
CATEGORIES = (
    ("staff", 70, "Zvw"),
    ("housing and equipment", 18, "Zvw"),
    ("training", 7, "Zvw"),
    ("residents", 5, "Wlz"),
)
"""Kind of cost, per cent of all costs, and the law it is made under."""
LEAST_PCT, SPREAD_PCT = 94, 9
"""Per cent of the expected revenue that a provider spends, from the least on."""


def real_cost_rows(budgeted: Budgeted, year: int, edition: str) -> pl.DataFrame:
    """The costs of all providers with a budget in one year, as text."""
    rows = [row for provider in budgeted.providers() for row in _of_provider(budgeted, provider, year, edition)]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def _of_provider(budgeted: Budgeted, provider: int, year: int, edition: str) -> list[dict]:
    spent = round(budgeted.expected(provider, year)) * (LEAST_PCT + provider % SPREAD_PCT) // 100
    return [
        {
            "provider_agb": budgeted.world.country.agb(provider),
            "year": str(year),
            "category": category,
            "edition": edition,
            "legal_framework": law,
            "amount_cents": str(spent * share // 100),
        }
        for category, share, law in CATEGORIES
    ]
