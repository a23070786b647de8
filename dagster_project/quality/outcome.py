"""What one expectation came to, with the rows that failed it named by their keys and never by a patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dagster_project.marts.messages import shown_columns
from dagster_project.quality.suites import Severity

Verdict = Literal["holds", "no data", "warns", "blocks"]

_OF_SUITES = frozenset({"expected", "found", "columns", "other_delivery_date", "other_file", "other_row"})
"""What suites call the columns that they add to the keys of a row."""
NAMED = 2
"""How many failing rows a message names; the pages have more."""


@dataclass(frozen=True)
class Outcome:
    """One expectation judged: `observed` is a short text, `examples` at most five rows of keys as text.

    `success` says that nothing wrong was found; `rows` among how many rows, None where nobody counted them.
    """

    suite: str
    name: str
    severity: Severity
    success: bool
    observed: str
    unexpected_count: int
    examples: tuple[dict[str, str], ...]
    sentence: str
    rows: int | None = None

    @property
    def verdict(self) -> Verdict:
        """What it comes to; of no rows nothing can be said to hold."""
        if not self.success:
            return "blocks" if self.severity == "block" else "warns"
        return "no data" if self.rows == 0 else "holds"

    @property
    def recorded(self) -> str:
        """The verdict as `checks` of the manifest and of `audit.release` have it."""
        return {"holds": "passed", "warns": "warned", "blocks": "failed", "no data": "no_data"}[self.verdict]

    @property
    def blocks(self) -> bool:
        """Whether it keeps the release back."""
        return self.verdict == "blocks"

    @property
    def found(self) -> str:
        """What was observed, with the first rows named: `2 unexpected rows: kpi_id abandoned, region_code noord; …`."""
        if self.success or not self.examples:
            return self.observed
        named = [", ".join(f"{column} {value}" for column, value in row.items()) for row in self.examples[:NAMED]]
        more = "; …" if self.unexpected_count > len(named) else ""
        return f"{self.observed}: {'; '.join(named)}{more}"


def counted(unexpected: int, rows: int) -> str:
    """Counts in words. Rows that are unexpected may be sums of rows judged, so there is no percentage."""
    if not rows:
        return "0 rows to judge"
    return f"{unexpected or 'no'} unexpected row{'' if unexpected == 1 else 's'} among {rows:,} judged"


def shown(row: Mapping[str, Any]) -> dict[str, str]:
    """The row's keys as text; every column that no mart's YAML lets be named in messages is left out."""
    known = shown_columns() | _OF_SUITES
    return {column: str(value) for column, value in row.items() if column in known and value is not None}
