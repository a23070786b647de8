"""Runs dbt in this process on the parsed manifest, and tells what became of each node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.settings import Settings
from dagster_project.transform import pending_changes
from dagster_project.transform.project import arguments, read_manifest, target

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import ManifestNode

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class NodeResult:
    """One model, seed or test: its id in the manifest, what became of it, seconds, and the SQL that was run.

    The status is `success` (of a model or seed), `pass` or `fail` (of a test), `error` or `skipped`.
    """

    unique_id: str
    status: str
    seconds: float
    message: str
    failures: int | None
    query: str = ""

    @property
    def good(self) -> bool:
        return self.status in ("success", "pass")


def build(settings: Settings, progress: Progress | None = None) -> list[NodeResult]:
    """Build seeds, models and data tests in the warehouse; every node's result, errors included.

    Seeds and views that stand are left: they change with the code alone, and other code begins a new warehouse.
    Marts are all built, for what is not built is neither judged nor published.
    """
    from dbt.cli.main import dbtRunner

    manifest, folder = read_manifest(settings), target(settings)
    words = ["build", *arguments(folder), "--exclude-resource-type", "unit_test", "--no-write-json"]
    words += ["--full-refresh"] if pending_changes.full_refresh_is_due(settings.warehouse) else []
    if standing := _standing(settings.warehouse, manifest):
        # A test that also reads what is built is asked; dbt would leave out each that reads anything excluded.
        words += ["--exclude", *standing, "--indirect-selection", "cautious"]
    callbacks = [_listener(progress)] if progress else []
    try:
        outcome = dbtRunner(manifest=manifest, callbacks=callbacks).invoke(words)
    finally:
        _close_warehouse()
    if outcome.result is None:
        raise outcome.exception or RuntimeError("dbt gave no result")
    results = [_node_result(result) for result in outcome.result.results]
    if all(result.good for result in results):
        pending_changes.forget(settings.warehouse)
    return results


def _standing(warehouse: Path, manifest: Manifest) -> list[str]:
    """Names of the seeds and views that the warehouse has."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        present = set(connection.execute("select schema_name, table_name from duckdb_tables()").fetchall())
        present |= set(connection.execute("select schema_name, view_name from duckdb_views()").fetchall())
    return [node.name for node in manifest.nodes.values() if _may_stand(node) and (node.schema, node.alias) in present]


def _may_stand(node: ManifestNode) -> bool:
    is_view = node.resource_type == "model" and node.config.materialized == "view_in_place"
    return node.resource_type == "seed" or (is_view and node.fqn[1] != "marts")


def _close_warehouse() -> None:
    """dbt keeps one connection open for all its nodes; whoever reads the file next needs it closed."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def _node_result(result) -> NodeResult:
    return NodeResult(
        unique_id=result.node.unique_id,
        status=str(result.status),
        seconds=float(result.execution_time),
        message=str(result.message or ""),
        failures=result.failures,
        query=getattr(result.node, "compiled_code", None) or "",
    )


def _listener(progress: Progress) -> Callable[[object], None]:
    """Calls progress as dbt finishes its nodes."""

    def listen(event) -> None:
        if event.info.name in ("LogModelResult", "LogSeedResult", "LogTestResult"):
            # dbt names the same number otherwise for a test.
            total = event.data.num_models if event.info.name == "LogTestResult" else event.data.total
            progress(event.data.node_info.node_name, event.data.index, total)

    return listen
