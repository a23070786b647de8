"""Approved exceptions beside the planted ones: agreed for a year between providers that have nothing in common."""

from __future__ import annotations

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.allocations import first_of
from dagster_project.sample.care import World

COLUMNS = FEEDS["exceptions"].names
AGREED = (("R04", "grz", "hospital"), ("R12", "gp", "zco"), ("R18", "grz", "gp"))


def exception_rows(world: World, year: int) -> pl.DataFrame:
    """A few for one year, each in a region of its own, as text."""
    rows = [
        {
            "exception_id": f"A{year}-{region + 1}",
            "rule": rule,
            "provider_agb": first_of(world, sector, region),
            "counter_provider_agb": first_of(world, counter, region),
            "valid_from": f"{year}-01-01",
            "valid_to": f"{year}-12-31",
            "approved_by": "Representing insurers",
            "reason": "Trial of working together, evaluated at the end of the year",
        }
        for region, (rule, sector, counter) in enumerate(AGREED)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))
