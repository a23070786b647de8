"""What one expectation came to, with the rows that failed it named by their keys and never by a patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dagster_project.quality.suites import Severity

SHOWN = frozenset(
    {
        "finding_id", "rule", "provider_agb", "declaration_id", "counter_provider_agb", "counter_declaration_id",
        "budget_line", "counter_line",
        "year", "month", "edition", "component", "parameter", "insurer_uzovi", "macro_category", "sector",
        "region_code", "location_code", "unit", "hour", "started_at", "kpi_id", "period_type", "period_start",
        "feed", "delivery_date", "file", "row", "status", "expected", "found",
        "columns", "other_delivery_date", "other_file", "other_row",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """One expectation judged: `observed` is a short text, `examples` at most five rows of keys as text."""

    suite: str
    name: str
    severity: Severity
    success: bool
    observed: str
    unexpected_count: int
    examples: tuple[dict[str, str], ...]
    sentence: str

    @property
    def blocks(self) -> bool:
        """Whether it keeps the release back."""
        return self.severity == "block" and not self.success


def shown(row: Mapping[str, Any]) -> dict[str, str]:
    """The row's keys as text; every column that is not known to be a key or a figure is left out."""
    return {column: str(value) for column, value in row.items() if column in SHOWN and value is not None}
