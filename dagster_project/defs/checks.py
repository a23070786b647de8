"""An outcome as Dagster shows it: the result of a check on the table that it is of."""

from typing import Any

import dagster as dg

from dagster_project.monitor.markdown import markdown_table
from dagster_project.quality.outcome import Outcome


def check_result(outcome: Outcome, name: str, key: dg.AssetKey) -> dg.AssetCheckResult:
    """The result of the check `name` of the asset."""
    metadata: dict[str, Any] = {"outcome": outcome.verdict, "observed": outcome.found}
    if outcome.rows is not None:
        metadata["rows judged"] = outcome.rows
    metadata["rows that fail"] = outcome.unexpected_count
    if outcome.examples:
        metadata["examples"] = dg.MetadataValue.md(_examples(outcome))
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=key,
        passed=outcome.success,
        severity=dg.AssetCheckSeverity.ERROR if outcome.severity == "block" else dg.AssetCheckSeverity.WARN,
        description=outcome.sentence,
        metadata=metadata,
    )


def _examples(outcome: Outcome) -> str:
    names = list(dict.fromkeys(name for row in outcome.examples for name in row))
    return markdown_table(names, ([row.get(name, "") for name in names] for row in outcome.examples))
