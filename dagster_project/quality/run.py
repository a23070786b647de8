"""Judges suites on the warehouse with Great Expectations, which is imported only inside.

Reads the warehouse read-only on one connection and closes it before it returns. Nothing is written,
nothing is asked outside the process, and no value of a patient comes out: not in outcomes, not in logs.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from dagster_project.errors import ZorgmartError, error_because
from dagster_project.feeds import FEEDS
from dagster_project.quality.outcome import Outcome, share, shown
from dagster_project.quality.suites import FLOOR, ROWS, Expectation, Suite

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.datasource.fluent import SQLDatasource
    from great_expectations.datasource.fluent.interfaces import Batch

Named = tuple[Suite, Expectation]

COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0}
WITH_ROWS = "select feed from integrity.delivery where status = 'accepted' group by feed having sum(accepted) > 0"
NAMES_ONLY = re.compile(r"(Catalog|Binder) Error: [^\n]*")


def preimport() -> None:
    """Pays the import of Great Expectations (seconds of processor time); safe in a background thread."""
    import great_expectations

    from dagster_project.quality import counted_rows, dialect  # noqa: F401

    logging.getLogger(great_expectations.__name__).setLevel(logging.CRITICAL + 1)  # it logs the values it met


def run_suites(warehouse: Path, suites: Sequence[Suite]) -> list[Outcome]:
    """One outcome per expectation, in the order of the suites; an expectation that can't be judged fails.

    All expectations of one table are judged together, whatever their suite, for what they share is asked once.
    Raises ZorgmartError when the warehouse is missing or a suite asks for what Great Expectations does not know.
    """
    if not warehouse.is_file():
        raise ZorgmartError(f"There is no warehouse at {warehouse} to judge; run the pipeline first.")
    delivered = _delivered(warehouse)
    idle = {suite.name for suite in suites if suite.feeds and delivered.isdisjoint(suite.feeds)}
    named = [(suite, expectation) for suite in suites for expectation in suite.expectations]
    by_table = sorted((pair for pair in named if pair[0].name not in idle), key=lambda pair: pair[1].table)
    with _source(warehouse) as source:
        judged = {
            pair: outcome
            for table, pairs in groupby(by_table, key=lambda pair: pair[1].table)
            for pair, outcome in _judge_table(source, table, list(pairs))
        }
    return [judged.get((suite.name, entry.name)) or _nothing_expected(suite, entry) for suite, entry in named]


def _delivered(warehouse: Path) -> set[str]:
    """The feeds that files in use have accepted rows of; all of them where no table tells.

    Files that are rejected or quarantined whole are told as such and stop no night; suite `deliveries` blocks where a
    feed that money rests on has nothing else.
    """
    try:
        with duckdb.connect(warehouse, read_only=True) as connection:
            return {feed for (feed,) in connection.execute(WITH_ROWS).fetchall()}
    except duckdb.CatalogException:
        return set(FEEDS)
    except duckdb.Error as error:
        sentence = (
            f"The warehouse {warehouse} can't be opened; let no other process write it, or run with --full-refresh."
        )
        raise error_because(error, sentence) from error


def _nothing_expected(suite: Suite, expectation: Expectation) -> Outcome:
    reason = f"no row of {' or '.join(suite.feeds)} was accepted yet"
    return Outcome(suite.name, expectation.name, expectation.severity, True, reason, 0, (), expectation.sentence, 0)


@contextmanager
def _source(warehouse: Path) -> Iterator[SQLDatasource]:
    """The warehouse as a data source of a context that lives in memory only; closed afterwards."""
    preimport()
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from great_expectations.datasource.fluent.interfaces import TestConnectionError

    from dagster_project.quality.dialect import warehouse_url

    in_memory = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    context = gx.get_context(project_config=in_memory, mode="ephemeral")
    try:
        source = context.data_sources.add_sql("warehouse", connection_string=warehouse_url(warehouse))
    except TestConnectionError as error:
        sentence = (
            f"The warehouse {warehouse} can't be opened to read: another connection writes it, or it is no DuckDB "
            "file; end the other run, or delete the file and run again."
        )
        raise error_because(error, sentence) from None
    try:
        yield source
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()
        context.data_sources.delete(source.name)


def _judge_table(source: SQLDatasource, table: str, named: list[Named]) -> Iterator[tuple[tuple[str, str], Outcome]]:
    from great_expectations import ExpectationSuite
    from great_expectations.datasource.fluent.interfaces import TestConnectionError

    try:
        asset = source.add_table_asset(table, table_name=table)
    except TestConnectionError:
        for suite, expectation in named:
            yield (suite.name, expectation.name), _not_judged(suite, expectation, f"{table} is not in the warehouse")
        return
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    untaken = {(suite.name, entry.name): _take_steps(source, suite, entry) for suite, entry in named}
    asked = {(suite.name, entry.name): _asked(suite, entry) for suite, entry in named}
    takeable = [expectation for key, expectation in asked.items() if not untaken[key]]
    results = batch.validate(ExpectationSuite(table, expectations=takeable), result_format=COUNTS)
    by_name = {_name(result): result for result in results.results}
    rows = _count(source, table)
    for suite, entry in named:
        key = (suite.name, entry.name)
        if reason := untaken[key]:
            yield key, _not_judged(suite, entry, reason)
        else:
            yield key, _outcome(suite, entry, by_name[key], rows, batch, asked[key])


def _count(source: SQLDatasource, table: str) -> int:
    import sqlalchemy as sa

    schema, name = table.split(".")
    counted = sa.select(sa.func.count()).select_from(sa.table(name, schema=schema))
    return source.get_execution_engine().execute_query(counted).scalar_one()


def _take_steps(source: SQLDatasource, suite: Suite, expectation: Expectation) -> str:
    """Make the tables of the steps that an expectation reads, in memory, unless they stand; why it can't be, or ''."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    for step in expectation.steps:
        statement = f"create temp table if not exists {_table(suite, step)} as {suite.steps[step]}"
        try:
            source.get_execution_engine().execute_query_in_transaction(text(statement))
        except SQLAlchemyError as error:
            return _names_only(str(error))
    return ""


def _table(suite: Suite, step: str) -> str:
    return f"{suite.name}__{step}"


def _name(result: ExpectationValidationResult) -> tuple[str, str]:
    """Suite and expectation, as `_asked` wrote them on what was asked."""
    meta = result.expectation_config.meta if result.expectation_config else {}
    return meta["suite"], meta["name"]


def _asked(suite: Suite, expectation: Expectation) -> Any:
    """The expectation as Great Expectations has it."""
    from great_expectations.exceptions import ExpectationNotFoundError
    from great_expectations.expectations.registry import get_expectation_impl

    from dagster_project.quality.counted_rows import CountedRowsExpectation, counted

    meta = {"suite": suite.name, "name": expectation.name}
    try:
        if expectation.type == ROWS:
            steps = {step: _table(suite, step) for step in expectation.steps}
            query = counted(expectation.kwargs["unexpected_rows_query"], steps)
            return CountedRowsExpectation(unexpected_rows_query=query, meta=meta)
        return get_expectation_impl(expectation.type)(**expectation.kwargs, meta=meta)
    except (ExpectationNotFoundError, ValueError, TypeError) as error:
        raise ZorgmartError(
            f"Suite {suite.name}, expectation {expectation.name}: Great Expectations does not take type "
            f"{expectation.type} with these kwargs ({type(error).__name__}); mend expectations/{suite.name}.yml."
        ) from error


def _outcome(suite: Suite, expectation: Expectation, result: Any, rows: int, batch: Batch, asked: Any) -> Outcome:
    if not result.result:
        return _not_judged(suite, expectation, _names_only(str(result.exception_info)))
    found = result.result
    examples = found.get("details", {}).get("unexpected_rows", [])
    if not result.success and expectation.type not in (ROWS, FLOOR):
        examples = _failing_rows(batch, asked, expectation.keys)
    judged = rows - (found.get("missing_count") or 0)
    return Outcome(
        suite=suite.name,
        name=expectation.name,
        severity=expectation.severity,
        success=bool(result.success),
        observed=_observed(expectation, found, rows, judged),
        unexpected_count=found.get("unexpected_count") or int(not result.success),
        examples=tuple(examples),
        sentence=expectation.sentence,
        rows=judged,
    )


def _failing_rows(batch: Batch, asked: Any, keys: tuple[str, ...]) -> list[dict[str, str]]:
    """A few rows that fail an expectation on a column, named by their keys."""
    from dagster_project.quality.counted_rows import EXAMPLES

    named = {
        "result_format": "SUMMARY",
        "partial_unexpected_count": EXAMPLES,
        "unexpected_index_column_names": list(keys),
    }
    rows = batch.validate(asked, result_format=named).result.get("partial_unexpected_index_list") or []
    return [shown({key: row[key] for key in keys}) for row in rows]


def _observed(expectation: Expectation, found: Mapping[str, Any], rows: int, judged: int) -> str:
    """Counts in words. Rows that a query finds may be sums of rows judged, so only a column's have a percentage."""
    if "observed_value" in found:
        return f"{found['observed_value']:,} rows"
    if not judged:
        return f"{expectation.kwargs['column']} is empty in all {rows:,} rows" if rows else "0 rows to judge"
    count = found["unexpected_count"]
    if "element_count" in found:
        unexpected = f"{count:,} of {judged:,} rows unexpected ({share(count, judged)})"
        return unexpected if count else f"none of {judged:,} rows unexpected"
    return f"{count or 'no'} unexpected row{'' if count == 1 else 's'} among {judged:,} judged"


def _names_only(message: str) -> str:
    """What of an engine's message may be shown: names of tables and columns, never a value."""
    naming = NAMES_ONLY.search(message.replace("\\n", "\n"))
    return naming.group(0) if naming else "the engine could not answer"


def _not_judged(suite: Suite, expectation: Expectation, reason: str) -> Outcome:
    return Outcome(
        suite.name, expectation.name, expectation.severity, False, f"not judged: {reason}", 0, (), expectation.sentence
    )
