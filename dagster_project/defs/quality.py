"""warehouse → gate: every expectation a check; a blocking one that fails keeps the release back."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from dagster_project.defs.checks import check_result
from dagster_project.defs.resources import RETRIES, Warehouse, as_dagster_failure
from dagster_project.quality import outcome_store
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
        with as_dagster_failure():
            judged = warehouse.judgement
            outcomes = warehouse.judge(suite.name)
            outcome_store.keep(warehouse.settings.home, suite.name, outcomes, judged)
        progress.report(f"check {suite.name}", 1, 1)
        for outcome in outcomes:
            yield check_result(outcome, _name(outcome.suite, outcome.name), keys[outcome.name])

    return judge
