"""Decides with Great Expectations which answers are as expected; it is imported only inside, for that takes seconds.

The suite that decides stands in `expectations/great_expectations/answers.yml`, in the library's own format.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dagster_project.errors import ZorgmartError
from dagster_project.quality.answers import Answer
from dagster_project.quality.suites import read_yaml
from dagster_project.settings import EXPECTATIONS

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations import ExpectationSuite
    from great_expectations.datasource.fluent.interfaces import Batch

SUITE = EXPECTATIONS / "great_expectations" / "answers.yml"
KEY = ["suite", "expectation"]
_EVERY_ROW = {"result_format": "COMPLETE", "unexpected_index_column_names": KEY}


def preimport() -> None:
    """Pays the import of Great Expectations (seconds of processor time), before anything is to be judged."""
    import great_expectations  # noqa: F401
    import pandas  # noqa: F401


def failing(answers: Sequence[Answer]) -> set[tuple[str, str]]:
    """Suite and name of every expectation that does not hold.

    Raises ZorgmartError when Great Expectations does not take its suite or could not validate the answers.
    """
    if not answers:
        return set()
    validated = _batch(_frame(answers)).validate(_suite(), result_format=_EVERY_ROW)
    raised = [one for one in validated.results if one.exception_info.get("raised_exception", True)]
    if raised:
        kind = raised[0].expectation_config.type
        raise ZorgmartError(f"Great Expectations could not validate {kind} of {SUITE.name}; mend {SUITE}.")
    rows = [row for one in validated.results for row in one.result["unexpected_index_list"] or []]
    if validated.success != (not rows):
        raise ZorgmartError(f"{SUITE.name} fails without naming an expectation; mend {SUITE}.")
    return {(row["suite"], row["expectation"]) for row in rows}


def _frame(answers: Sequence[Answer]) -> pd.DataFrame:
    """One row per expectation: suite, expectation, severity, rows, at_least (of a floor) and unexpected_count."""
    import pandas as pd

    rows = [
        {
            "suite": answer.suite.name,
            "expectation": answer.expectation.name,
            "severity": answer.expectation.severity,
            "rows": answer.rows,
            "at_least": answer.expectation.at_least,
            "unexpected_count": answer.unexpected_count,
        }
        for answer in answers
    ]
    return pd.DataFrame(rows).astype({"rows": "Int64", "at_least": "Int64", "unexpected_count": "Int64"})


def _suite() -> ExpectationSuite:
    """The suite that decides, whole: Great Expectations itself leaves out an expectation that it does not know."""
    import great_expectations as gx

    content = read_yaml(SUITE)
    try:
        suite = gx.ExpectationSuite(**content)
    except (ValueError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise ZorgmartError(f"Great Expectations does not take the suite {SUITE} ({reason}); mend it.") from error
    if len(suite.expectations) < len(content["expectations"]):
        raise ZorgmartError(f"Great Expectations does not take every expectation of {SUITE}; mend it.")
    return suite


def _batch(frame: pd.DataFrame) -> Batch:
    """The table as a batch of a context that lives in memory only, and tells nobody."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    in_memory = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    context: Any = gx.get_context(project_config=in_memory, mode="ephemeral")
    asset = context.data_sources.add_pandas("answers").add_dataframe_asset("answers")
    return asset.add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": frame})
