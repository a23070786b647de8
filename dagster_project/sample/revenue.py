"""What the planned care of the budgeted sectors will bring per provider and year, so that budgets can fit it."""

from __future__ import annotations

from datetime import date

import numpy as np

from dagster_project.sample.care import World
from dagster_project.sample.pathways import KILOMETRES

BUDGETED = ("zco", "hap", "rav")


def expected_revenue(world: World) -> dict[int, np.ndarray]:
    """Cents (float) per provider, for each year: the planned days, and for what is left of the last year its mean."""
    years = {year: np.zeros(len(world.country.sector)) for year in world.calendar.years}
    for lead in range(len(world.plan.daily)):
        for step in world.plan.pathways[world.plan.lead_pathway[lead]]:
            provider = _declarer(world, lead, step.sector)
            if provider is not None:
                cents = _cents(world, provider, step.code)
                for year, total in years.items():
                    total[provider] += _in_year(world, lead, cents, year)
    return years


def _declarer(world: World, lead: int, sector: int) -> int | None:
    """The provider of a line, where it is no matter of chance and has a budget."""
    country, provider = world.country, int(world.plan.lead_provider[lead])
    if country.sectors[sector] not in BUDGETED:
        return None
    if country.sector[provider] == sector:
        return provider
    region = country.region[provider]
    return int(country.begin[sector, region]) if country.number[sector, region] == 1 else None


def _cents(world: World, provider: int, code: int) -> np.ndarray:
    """What one such line brings on each day, in cents."""
    prices = world.prices
    own = prices.own[provider, code]
    quantity = (KILOMETRES[0] + KILOMETRES[1] - 1) / 2 if prices.codes[code] == "I001" else 1
    return prices.cents[own if own >= 0 else code] * quantity


def _in_year(world: World, lead: int, cents: np.ndarray, year: int) -> float:
    days = world.calendar.in_year(year)
    planned = float(world.plan.counts[lead, days] @ cents[days])
    left = (date(year, 12, 31) - world.calendar.last).days
    return planned + (max(left, 0) * world.plan.daily[lead] * cents[-1] if year == world.calendar.years[-1] else 0)
