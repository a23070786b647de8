"""KPIs that are measured outside, per region and quarter (illustrative)."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.care import World
from dagster_project.sample.chance import stream
from dagster_project.sample.country import inhabitants_of
from dagster_project.sample.reference import table

COLUMNS = FEEDS["kpi_observations"].names
QUARTERS_BEFORE, QUARTER_MONTHS = 4, (1, 4, 7, 10)
MOVES_PCT, FEWEST = 2.0, 12


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
    return [
        _row(world, kpi, region, begin, end) | {"kpi_id": kpi["kpi_id"], "region_code": code}
        for kpi in table("outside_kpis").iter_rows(named=True)
        for region, code in enumerate(world.country.regions)
    ]


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
