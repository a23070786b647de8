"""The catalogue of KPIs, as the reference file has it."""

from __future__ import annotations

import csv
from functools import cache

from dagster_project.settings import DBT


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Rows of the catalogue of KPIs by id."""
    with (DBT / "seeds" / "kpi_definition.csv").open(encoding="utf-8", newline="") as file:
        return {row["kpi_id"]: row for row in csv.DictReader(file)}
