"""Runs dbt in this process on the parsed manifest, and tells what became of each node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dagster_project.settings import Settings
from dagster_project.transform.project import arguments, manifest_folder, prepare

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class NodeResult:
    """One model, seed or test: its id in the manifest, `success`, `pass`, `fail`, `error` or `skipped`, seconds."""

    unique_id: str
    status: str
    seconds: float
    message: str
    failures: int | None

    @property
    def good(self) -> bool:
        return self.status in ("success", "pass")


def build(settings: Settings, select: list[str] | None = None, progress: Progress | None = None) -> list[NodeResult]:
    """Build seeds, models and data tests in the warehouse; every node's result, errors included."""
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    prepare(settings)
    folder = manifest_folder(settings)
    manifest = Manifest.from_msgpack((folder / "manifest.msgpack").read_bytes())
    manifest.build_flat_graph()
    words = ["build", *arguments(folder), "--exclude-resource-type", "unit_test", "--no-write-json"]
    words += ["--select", *select] if select else []
    callbacks = [_listener(progress)] if progress else []
    try:
        outcome = dbtRunner(manifest=manifest, callbacks=callbacks).invoke(words)
    finally:
        _close_warehouse()
    if outcome.result is None:
        raise outcome.exception or RuntimeError("dbt gave no result")
    return [_node_result(result) for result in outcome.result.results]


def _close_warehouse() -> None:
    """dbt keeps one connection open for all its nodes; whoever reads the file next needs it closed."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def _node_result(result) -> NodeResult:  # noqa: ANN001 - dbt's RunResult, imported late
    return NodeResult(
        unique_id=result.node.unique_id,
        status=str(result.status),
        seconds=float(result.execution_time),
        message=str(result.message or ""),
        failures=result.failures,
    )


def _listener(progress: Progress) -> Callable[[object], None]:
    """Calls progress as dbt finishes its nodes."""

    def listen(event) -> None:  # noqa: ANN001 - dbt's EventMsg
        if event.info.name in ("LogModelResult", "LogSeedResult", "LogTestResult"):
            progress(event.data.node_info.node_name, event.data.index, event.data.total)

    return listen
