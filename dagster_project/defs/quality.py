"""warehouse → gate: every expectation a check; a blocking one that fails keeps the release back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.defs.resources import RETRIES, Warehouse, told
from dagster_project.quality import book
from dagster_project.quality.outcome import Outcome
from dagster_project.quality.suites import Expectation, Suite, load_suites
from dagster_project.run import progress


def suite_checks(folder: Path) -> list[dg.AssetChecksDefinition]:
    """One definition per suite of `folder`."""
    return [_checks(suite) for suite in load_suites(folder)]


def _key(expectation: Expectation) -> dg.AssetKey:
    return dg.AssetKey(expectation.table.split("."))


def _name(suite: str, expectation: str) -> str:
    """Two suites may expect the same of one table."""
    return f"{suite}__{expectation}"


def _checks(suite: Suite) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(
            _name(suite.name, expectation.name), asset=_key(expectation), description=expectation.sentence,
            blocking=suite.gate and expectation.severity == "block", metadata={"suite": suite.name},
        )
        for expectation in suite.expectations
    ]  # fmt: skip
    keys = {expectation.name: _key(expectation) for expectation in suite.expectations}

    @dg.multi_asset_check(name=f"expect_{suite.name}", specs=specs, description=suite.reason, retry_policy=RETRIES)
    def judge(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
        progress.report(f"check {suite.name}", 0, 1)
        with told():
            judged = warehouse.judgement
            outcomes = warehouse.judge(suite.name)
            book.keep(warehouse.settings.home, suite.name, outcomes, judged)
        progress.report(f"check {suite.name}", 1, 1)
        for outcome in outcomes:
            yield _result(outcome, keys[outcome.name])

    return judge


def _result(outcome: Outcome, key: dg.AssetKey) -> dg.AssetCheckResult:
    metadata: dict[str, Any] = {"outcome": outcome.verdict, "observed": outcome.found}
    if outcome.rows is not None:
        metadata["rows judged"] = outcome.rows
    metadata["rows that fail"] = outcome.unexpected_count
    if outcome.examples:
        metadata["examples"] = dg.MetadataValue.md(_markdown(outcome.examples))
    return dg.AssetCheckResult(
        check_name=_name(outcome.suite, outcome.name),
        asset_key=key,
        passed=outcome.success,
        severity=dg.AssetCheckSeverity.ERROR if outcome.severity == "block" else dg.AssetCheckSeverity.WARN,
        description=outcome.sentence,
        metadata=metadata,
    )


def _markdown(rows: tuple[dict[str, str], ...]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [" | ".join(names), " | ".join("---" for _ in names)]
    lines += [" | ".join(row.get(name, "") for name in names) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)
