"""The expectation on rows of Great Expectations, asked in one statement instead of two.

The official one runs its query twice, for the rows and for their number. This one asks for the number
beside a few rows, in a total order, and lets no column out but those that may be shown. Imports Great
Expectations: import it only where that is loaded anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.execution_engine import ExecutionEngine
from great_expectations.expectations import UnexpectedRowsExpectation

from dagster_project.quality.outcome import shown

EXAMPLES = 5
COUNTED = """
select *, count(*) over () as unexpected_count
from (
<rows>
) as unexpected
order by all
limit <examples>
"""


def counted(query: str, steps: Mapping[str, str]) -> str:
    """The first rows of the query, each beside the number of all; `steps` are the tables of what it reads by name."""
    for step, table in steps.items():
        query = query.replace(f"{{{step}}}", table)
    return COUNTED.replace("<rows>", query.strip().rstrip(";")).replace("<examples>", str(EXAMPLES))


class CountedRowsExpectation(UnexpectedRowsExpectation):
    """Expects no row of a query made by `counted`; the number and a few rows come in its result."""

    @pydantic.validator("unexpected_rows_query", allow_reuse=True)
    def _validate_query(cls, query: str) -> str:
        """The suites are checked as they are read; the official check wants every query to read the whole table."""
        return query

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict | None = None,
        execution_engine: ExecutionEngine | None = None,
    ) -> dict[str, Any]:
        rows = metrics["unexpected_rows_query.table"]
        count = rows[0]["unexpected_count"] if rows else 0
        return {
            "success": count == 0,
            "result": {"unexpected_count": count, "details": {"unexpected_rows": [shown(row) for row in rows]}},
        }
