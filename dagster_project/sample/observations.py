"""KPIs that are measured outside, per quarter (illustrative): of regions, and as sources deliver them beside that.

One KPI comes from each emergency department instead of from the region, one with months beside the quarter, and one
with the source's own total of the country.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np
import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.care import World
from dagster_project.sample.country import inhabitants_of
from dagster_project.sample.random_streams import apportion, stream
from dagster_project.sample.reference import table

COLUMNS = FEEDS["kpi_observations"].names
QUARTERS_BEFORE, QUARTER_MONTHS = 4, (1, 4, 7, 10)
MOVES_PCT, FEWEST = 2.0, 12
HUNDREDTHS = 100
MEASURED_AT = "seh"


def begins_quarter(day: date) -> bool:
    return day.day == 1 and day.month in QUARTER_MONTHS


def observation_rows(world: World, day: date, quarters: int) -> pl.DataFrame:
    """The last `quarters` whole quarters before a day, all KPIs and regions, as text."""
    rows, end = [], _first_of_quarter(day)
    for _ in range(quarters):
        begin = _first_of_quarter(end - timedelta(days=1))
        rows += _quarter(world, begin, end - timedelta(days=1))
        end = begin
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def _first_of_quarter(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _quarter(world: World, begin: date, end: date) -> list[dict]:
    rows = []
    for kpi in table("outside_kpis").iter_rows(named=True):
        regions = [
            _row(world, kpi, region, begin, end) | {"kpi_id": kpi["kpi_id"], "region_code": code}
            for region, code in enumerate(world.country.regions)
        ]
        rows += DELIVERED[kpi["delivered"]](world, regions)
    return rows


def _with_months(_world: World, regions: list[dict]) -> Iterator[dict]:
    """Each region's quarter, and the three months that it is the sum of."""
    for row in regions:
        yield row
        begin, end = date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"])
        firsts = [begin.replace(month=begin.month + month) for month in range(3)]
        lasts = [*(first - timedelta(days=1) for first in firsts[1:]), end]
        for first, last, part in zip(firsts, lasts, _parts(row, np.ones(3)), strict=True):
            yield part | {"period_start": first.isoformat(), "period_end": last.isoformat()}


def _of_providers(world: World, regions: list[dict]) -> Iterator[dict]:
    """What the emergency departments of each region measured, in the proportion of their care."""
    country = world.country
    places = country.of_sector(MEASURED_AT)
    for region, row in enumerate(regions):
        inside = places[country.region[places] == region]
        for provider, part in zip(inside, _parts(row, country.weight[inside]), strict=True):
            yield part | {"provider_agb": country.agb(provider)}


def _with_country(_world: World, regions: list[dict]) -> Iterator[dict]:
    """The regions, and the source's own total of them."""
    yield from regions
    totals = {name: str(sum(int(row[name]) for row in regions)) for name in ("numerator", "denominator")}
    yield regions[0] | totals | {"region_code": "NL"}


def _parts(row: dict, weights: np.ndarray) -> Iterator[dict]:
    """The row's figures, spread by weights; where it counts whole cases, so do its parts."""
    is_whole = "." not in row["numerator"]
    denominators = apportion(int(row["denominator"]), weights)
    units = int(row["numerator"]) if is_whole else round(float(row["numerator"]) * HUNDREDTHS)
    for numerator, denominator in zip(apportion(units, denominators), denominators, strict=True):
        text = str(numerator) if is_whole else f"{numerator / HUNDREDTHS:.2f}"
        yield row | {"numerator": text, "denominator": str(denominator)}


DELIVERED: dict[str, Callable[[World, list[dict]], Iterator[dict] | list[dict]]] = {
    "regions": lambda _world, regions: regions,
    "months": _with_months,
    "providers": _of_providers,
    "country": _with_country,
}


def _row(world: World, kpi: dict, region: int, begin: date, end: date) -> dict:
    """A region keeps its own level from quarter to quarter, and moves a little around it."""
    level = stream(world.seed, f"level {kpi['kpi_id']}", region).standard_normal() * float(kpi["spread_pct"]) / 100
    moved = stream(world.seed, f"quarter {kpi['kpi_id']}", region, begin.toordinal()).standard_normal()
    people = inhabitants_of(world.country.regions[region]) / 1e6
    denominator = max(round(float(kpi["denominator_per_million"]) * people), FEWEST)
    counted = float(kpi["mean"]) * max(1 + level / 2 + moved * MOVES_PCT / 100, 0.1) * denominator
    is_part = kpi["counted"] == "part"
    return {
        "period_start": begin.isoformat(),
        "period_end": end.isoformat(),
        "numerator": str(min(round(counted), denominator)) if is_part else f"{counted:.2f}",
        "denominator": str(denominator),
        "source": "registration" if is_part else "survey",
    }
