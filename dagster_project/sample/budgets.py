"""Budgets of coordination organisations, GP out-of-hours and ambulance services: price × quantity × percentage.

The components are made so that agreed budget and expected revenue are about equal; prices per unit are illustrative.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.care import World
from dagster_project.sample.country import inhabitants_of
from dagster_project.sample.island_posts import inhabitants_served
from dagster_project.sample.reference import texts
from dagster_project.sample.revenue import BUDGETED
from dagster_project.sample.shares import insured

COLUMNS = FEEDS["budgets"].names
LUMP_SHARE = {"zco": 0.25}
POPULATION_SHARE, MARGIN_PCT, FTE_CENTS = 0.30, Decimal("3"), 10_000_000
PERCENTAGES = (Decimal("100"), Decimal("97.5"), Decimal("102.5"))
LEAST = 10_000
OTHER_LAWS = (("Wlz", "crisis places for residents", 4), ("Wmo", "crisis shelter desk", 2),
              ("Jw", "youth crisis desk", 2), ("Wpg", "infectious disease watch", 1))  # fmt: skip
"""What other laws pay of a coordination organisation's budget: law, parameter, thousandths of the whole. Made up."""
EDITION_FACTOR = {"requested": 1.04, "agreed": 1.0, "determined": 0.995}


@dataclass(frozen=True)
class Budgeted:
    """What a year's budgets rest on: expected revenue per provider (cents), scale, and months of the year with care."""

    world: World
    revenue: dict[int, np.ndarray]
    scale: float

    def months(self, year: int) -> int:
        return 13 - self.world.calendar.first.month if year == self.world.calendar.first.year else 12

    def monthly_lump(self, provider: int, year: int) -> int:
        """Cents paid each month beside declarations."""
        sector = self.world.country.sectors[self.world.country.sector[provider]]
        return round(self.expected(provider, year) * LUMP_SHARE.get(sector, 0) / self.months(year))

    def expected(self, provider: int, year: int) -> float:
        return max(float(self.revenue[year][provider]), LEAST)

    def providers(self) -> list[int]:
        return [int(provider) for sector in BUDGETED for provider in self.world.country.of_sector(sector)]


def budget_rows(budgeted: Budgeted, year: int, editions: tuple[str, ...]) -> pl.DataFrame:
    rows = [
        row
        for provider in budgeted.providers()
        for edition in editions
        for row in _components(budgeted, provider, year, edition)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def follows(quantity: Decimal, unit_price: int, percentage: Decimal) -> int:
    """quantity × unit price × percentage / 100, rounded half even, in cents."""
    return int((quantity * unit_price * percentage / 100).quantize(Decimal(1), ROUND_HALF_EVEN))


def _components(budgeted: Budgeted, provider: int, year: int, edition: str) -> list[dict]:
    total = budgeted.expected(provider, year) * EDITION_FACTOR[edition]
    percentage = PERCENTAGES[provider % len(PERCENTAGES)]
    parameter, people = _people(budgeted, provider)
    per_head = round(total * POPULATION_SHARE / float(people * percentage / 100))
    lines = [
        ("population", parameter, people, per_head, percentage),
        ("free_margin", "innovation and quality", Decimal(1), round(total / (1 + float(MARGIN_PCT) / 100)), MARGIN_PCT),
    ]
    if lump := budgeted.monthly_lump(provider, year):
        lines.append(("lump_sum", "months", Decimal(budgeted.months(year)), lump, Decimal(100)))
    is_centre = budgeted.world.country.sectors[budgeted.world.country.sector[provider]] == "zco"
    others = [(law, desk, round(total * share / 1000)) for law, desk, share in OTHER_LAWS if is_centre]
    rest = total - sum(follows(*line[2:]) for line in lines if line[0] != "lump_sum") - sum(row[2] for row in others)
    lines.append(("capacity", "fte", Decimal(f"{rest / FTE_CENTS:.4f}"), FTE_CENTS, Decimal(100)))
    rows = [_row(budgeted.world, provider, year, edition, *line) for line in lines]
    return rows + [
        _row(budgeted.world, provider, year, edition, "capacity", desk, Decimal(1), price, Decimal(100))
        | {"legal_framework": law}
        for law, desk, price in others
    ]


def _row(
    world: World, provider: int, year: int, edition: str,
    component: str, parameter: str, quantity: Decimal, unit_price: int, percentage: Decimal,
) -> dict:  # fmt: skip
    first, second = representing(world.country.region[provider])
    return {
        "provider_agb": world.country.agb(provider),
        "year": str(year),
        "edition": edition,
        "component": component,
        "parameter": parameter,
        "quantity": f"{quantity:.4f}",
        "unit_price_cents": str(unit_price),
        "percentage": None if percentage == 100 else f"{percentage:.4f}",
        "amount_cents": str(follows(quantity, unit_price, percentage)),
        "representing_uzovi_1": first,
        "representing_uzovi_2": second,
        "legal_framework": "Zvw",
    }


def representing(region: int) -> tuple[str, str]:
    """The two insurers with most insured in a region."""
    largest = np.argsort(-insured()[region], kind="stable")[:2]
    return texts("insurers", "uzovi")[largest[0]], texts("insurers", "uzovi")[largest[1]]


def _people(budgeted: Budgeted, provider: int) -> tuple[str, Decimal]:
    """What is counted, and how many: who live in a GP post's own area, or, at the scale of the sample, the provider's
    part of the region."""
    country = budgeted.world.country
    served = inhabitants_served().get(country.agb(provider))
    if served is not None:
        return "inhabitants", Decimal(served)
    region = inhabitants_of(country.regions[country.region[provider]])
    people = round(region * float(country.weight[provider])) * budgeted.scale
    return "inhabitants at the scale of the sample", Decimal(f"{people:.4f}")
