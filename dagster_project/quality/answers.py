"""What the warehouse answers to the suites: one pass of plain SQL over one read-only connection, nothing judged yet.

No value of a patient comes out: of rows only the columns that may be shown, of an engine's errors only names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.errors import error_because
from dagster_project.quality.outcome import shown
from dagster_project.quality.suites import TABLE, Expectation, Suite
from dagster_project.settings import read_settings

EXAMPLES = 5
_COUNTED = """
select *, count(*) over () as unexpected_count
from (
{rows}
) as unexpected
order by all
limit {examples}
"""
_CONFIG = {
    "access_mode": "READ_ONLY",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_NAMES_ONLY = re.compile(r"(Catalog|Binder) Error: [^\n]*")

Rows = tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """To one expectation: how many rows its table has, how many unexpected ones were found, and the first of them.

    `unexpected_count` is None where the engine had no answer, and `unanswered` says why.
    """

    suite: Suite
    expectation: Expectation
    rows: int | None = None
    unexpected_count: int | None = None
    examples: Rows = ()
    unanswered: str = ""


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse file, read-only, within the memory of the settings. Raises ZorgmartError where it can't be."""
    settings = read_settings()
    bounds = {"memory_limit": settings.memory, "temp_directory": str(settings.spill)}
    try:
        connection = duckdb.connect(warehouse, config=_CONFIG | bounds)
    except duckdb.Error as error:
        sentence = (
            f"The warehouse {warehouse} can't be opened to read: another connection writes it, or it is no DuckDB file;"
            " let no other process write it, or run with --full-refresh."
        )
        raise error_because(error, sentence) from error
    with connection:
        connection.execute("set TimeZone = 'Europe/Amsterdam'")
        yield connection


def ask(connection: duckdb.DuckDBPyConnection, suites: Iterable[Suite]) -> Iterator[Answer]:
    """An answer to every expectation, in the order of the suites; a table is counted and a step made once."""
    counts: dict[str, int | str] = {}
    for suite in suites:
        unmade = {step: _make(connection, suite, step) for step in suite.steps}
        for entry in suite.expectations:
            if entry.table not in counts:
                counts[entry.table] = _count(connection, entry.table)
            rows = counts[entry.table]
            reasons = [rows] if isinstance(rows, str) else [unmade[step] for step in entry.steps if unmade[step]]
            yield Answer(suite, entry, unanswered=reasons[0]) if reasons else _answer(connection, suite, entry, rows)


def unexpected(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, Rows]:
    """How many rows the query finds, and the first of them, in a total order, as far as they may be shown."""
    found = connection.execute(_COUNTED.format(rows=query.strip().rstrip(";"), examples=EXAMPLES))
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return rows[0]["unexpected_count"] if rows else 0, tuple(shown(row) for row in rows)


def _answer(connection: duckdb.DuckDBPyConnection, suite: Suite, entry: Expectation, rows: int) -> Answer:
    if entry.query is None:
        return Answer(suite, entry, rows, 0)
    tables = {TABLE: entry.table} | {step: _table(suite, step) for step in entry.steps}
    try:
        return Answer(suite, entry, rows, *unexpected(connection, entry.query.format(**tables)))
    except duckdb.Error as error:
        return Answer(suite, entry, unanswered=_names_only(str(error)))


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int | str:
    """Rows of the table, or why they can't be counted."""
    try:
        return connection.table(table).count("*").fetchall()[0][0]
    except duckdb.CatalogException:
        return f"{table} is not in the warehouse"
    except duckdb.Error as error:
        return _names_only(str(error))


def _make(connection: duckdb.DuckDBPyConnection, suite: Suite, step: str) -> str:
    """Make the table of a step, in memory; why it can't be, or ''."""
    try:
        connection.execute(f"create temp table {_table(suite, step)} as {suite.steps[step]}")
    except duckdb.Error as error:
        return _names_only(str(error))
    return ""


def _table(suite: Suite, step: str) -> str:
    return f"{suite.name}__{step}"


def _names_only(message: str) -> str:
    """What of an engine's message may be shown: names of tables and columns, never a value."""
    naming = _NAMES_ONLY.search(message)
    return naming.group(0) if naming else "the engine could not answer"
