"""Judges suites on the warehouse: DuckDB answers, Great Expectations validates the answers, outcomes come out.

Reads the warehouse read-only on one connection and closes it before it returns. Nothing is written,
nothing is asked outside the process, and no value of a patient comes out: not in outcomes, not in logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from dagster_project.errors import ZorgmartError, error_because
from dagster_project.feeds import FEEDS
from dagster_project.quality.answers import Answer, ask, opened
from dagster_project.quality.outcome import Outcome, counted
from dagster_project.quality.suites import Expectation, Suite
from dagster_project.quality.validate import failing

_WITH_ROWS = "select feed from integrity.delivery where status = 'accepted' group by feed having sum(accepted) > 0"


def run_suites(warehouse: Path, suites: Sequence[Suite]) -> list[Outcome]:
    """One outcome per expectation, in the order of the suites; an expectation that can't be judged fails.

    Raises ZorgmartError when the warehouse is missing or can't be opened.
    """
    if not warehouse.is_file():
        raise ZorgmartError(f"There is no warehouse at {warehouse} to judge; run the pipeline first.")
    with opened(warehouse) as connection:
        delivered = _delivered(connection, warehouse)
        asked = [suite for suite in suites if not suite.feeds or not delivered.isdisjoint(suite.feeds)]
        answers = list(ask(connection, asked))
    failed = failing(answers)
    judged = {(answer.suite.name, answer.expectation.name): answer for answer in answers}
    return [
        _outcome(judged[key], key in failed) if (key := (suite.name, entry.name)) in judged else _idle(suite, entry)
        for suite in suites
        for entry in suite.expectations
    ]


def _delivered(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> set[str]:
    """The feeds that files in use have accepted rows of; all of them where no table tells.

    Files that are rejected or quarantined whole are told as such and stop no night; suite `deliveries` blocks where a
    feed that money rests on has nothing else.
    """
    try:
        return {feed for (feed,) in connection.execute(_WITH_ROWS).fetchall()}
    except duckdb.CatalogException:
        return set(FEEDS)
    except duckdb.Error as error:
        raise error_because(error, f"The warehouse {warehouse} can't be read; run with --full-refresh.") from error


def _idle(suite: Suite, entry: Expectation) -> Outcome:
    reason = f"no row of {' or '.join(suite.feeds)} was accepted yet"
    return Outcome(suite.name, entry.name, entry.severity, True, reason, 0, (), entry.sentence, 0)


def _outcome(answer: Answer, failed: bool) -> Outcome:
    entry = answer.expectation
    return Outcome(
        suite=answer.suite.name,
        name=entry.name,
        severity=entry.severity,
        success=not failed,
        observed=_observed(answer),
        unexpected_count=answer.unexpected_count or int(failed and not answer.unanswered),
        examples=answer.examples,
        sentence=entry.sentence,
        rows=answer.rows,
    )


def _observed(answer: Answer) -> str:
    if answer.unanswered:
        return f"not judged: {answer.unanswered}"
    if answer.expectation.at_least is not None:
        return f"{answer.rows:,} rows"
    return counted(answer.unexpected_count, answer.rows)
