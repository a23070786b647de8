"""How much disk a release needs: what a night writes anew, by what the release before took for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dagster_project.errors import ZorgmartError
from dagster_project.publish.parts import Months

WAREHOUSE_FACTOR = 1.5
GROWTH_FACTOR = 1.1


def require_space(
    published: Path, warehouse: Path, before: Mapping[str, Any] | None, by_month: Iterable[Months]
) -> None:
    """Raises ZorgmartError unless the disk has room for what will be written; `before` is the manifest of the release
    before, without which the warehouse tells."""
    need = int(_of_night(before, by_month) if before else WAREHOUSE_FACTOR * warehouse.stat().st_size)
    free = shutil.disk_usage(published).free
    if free < need:
        raise ZorgmartError(
            f"{published} has {free / 1e6:,.1f} MB free and a release needs {need / 1e6:,.1f} MB;"
            " the current release stands, make room and run again"
        )


def _of_night(before: Mapping[str, Any], by_month: Iterable[Months]) -> float:
    """What is no part as it was, the largest part of its table for each month that is written, and somewhat more."""
    parts = before.get("parts", {})
    of_parts = sum(part["bytes"] for of_table in parts.values() for part in of_table)
    rest = sum(file["bytes"] for file in before["files"].values()) - of_parts
    largest = {table: max((part["bytes"] for part in of_table), default=0) for table, of_table in parts.items()}
    due = sum(len(months.written) * largest.get(months.mart.full_name, 0) for months in by_month)
    return GROWTH_FACTOR * (rest + due)
