"""Outcomes of dbt's data tests, as those of the suites are: what each found, with the first rows named by their keys.

A test of a published table (a generic one, or one whose `meta.dagster.ref` names the table) is about relations: keys,
references, accepted values. The others are reconciliations: totals in are totals out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.quality.answers import Rows, opened, unexpected
from dagster_project.quality.outcome import Outcome, counted
from dagster_project.quality.outcome_store import RELATIONS, TOTALS
from dagster_project.transform.dbt import NodeResult
from dagster_project.transform.tables import Table

Nodes = Mapping[str, Mapping[str, Any]]
Name = tuple[str, str]
"""Schema and name of a table."""
ANSWERED = ("pass", "fail")
"""What becomes of a test that was asked; one whose table was not built is not."""


def table_of(test: Mapping[str, Any], nodes: Nodes) -> Name | None:
    """The table that a test is of, as Dagster finds it; None of a reconciliation."""
    ref = test["config"].get("meta", {}).get("dagster", {}).get("ref", {}).get("name")
    read = test["depends_on"]["nodes"]
    named = [name for name in read if ref and name.endswith(f".{ref}")] or [test.get("attached_node") or ""]
    about = nodes.get(read[0] if len(read) == 1 else named[0])
    return (about["schema"], about["alias"]) if about else None


def outcomes(
    results: Iterable[NodeResult], nodes: Nodes, tables: Mapping[Name, Table], warehouse: Path
) -> dict[str, Outcome]:
    """The outcome of each test that was run, by its id in the manifest; the warehouse must be closed."""
    tests = [result for result in results if nodes.get(result.unique_id, {}).get("resource_type") == "test"]
    examples = _examples([result for result in tests if result.failures], warehouse)
    return {
        result.unique_id: _outcome(result, nodes[result.unique_id], nodes, tables, examples.get(result.unique_id, ()))
        for result in tests
    }


def sentence(test: Mapping[str, Any]) -> str:
    """Why it is asked, in a sentence."""
    return " ".join((test.get("description") or test["name"].replace("_", " ").capitalize() + ".").split())


def _outcome(
    result: NodeResult, test: Mapping[str, Any], nodes: Nodes, tables: Mapping[Name, Table], examples: Rows
) -> Outcome:
    about = table_of(test, nodes)
    rows = _rows([about] if about else _read(test, nodes), tables)
    return Outcome(
        suite=RELATIONS if about else TOTALS,
        name=test["name"],
        severity="block",
        success=result.status == "pass",
        observed=_observed(result, rows),
        unexpected_count=result.failures or 0,
        examples=examples,
        sentence=sentence(test),
        rows=rows,
    )


def _observed(result: NodeResult, rows: int | None) -> str:
    if result.status not in ANSWERED or rows is None:
        return f"{result.failures:,} rows" if result.failures else result.status
    return counted(result.failures or 0, rows)


def _read(test: Mapping[str, Any], nodes: Nodes) -> list[Name]:
    return [(nodes[name]["schema"], nodes[name]["alias"]) for name in test["depends_on"]["nodes"] if name in nodes]


def _rows(judged: Iterable[Name], tables: Mapping[Name, Table]) -> int | None:
    """Rows of all these tables; None where none of them is counted."""
    known = [rows for name in judged if name in tables and (rows := tables[name].rows) is not None]
    return sum(known) if known else None


def _examples(failed: list[NodeResult], warehouse: Path) -> dict[str, Rows]:
    """The first rows that each test finds, where the warehouse still has them."""
    found: dict[str, Rows] = {}
    if not failed:
        return found
    with opened(warehouse) as connection:
        for result in failed:
            try:
                found[result.unique_id] = unexpected(connection, result.query)[1]
            except duckdb.Error:
                continue
    return found
