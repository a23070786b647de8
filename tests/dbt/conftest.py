"""The dbt project, built once on a small sample, with all its unit tests and reconciliations."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from dagster_project.ingest.receive import ingest
from dagster_project.run.plan import Asked, plan_run
from dagster_project.sample import write_sample
from dagster_project.settings import Settings, export, read_settings
from dagster_project.transform import raw
from dagster_project.transform.project import arguments, target

AS_OF = date(2026, 3, 1)
KEY = "a key that only these tests have, of 32 and more"


@dataclass(frozen=True)
class Build:
    """The warehouse, what dbt knows of the project (manifest.json), and what became of each node.

    `outcomes` has status and message by id, `queries` the SQL of each reconciliation by name.
    """

    warehouse: Path
    manifest: dict
    outcomes: dict[str, tuple[str, str]]
    queries: dict[str, str]

    def of_kind(self, kind: str) -> dict[str, tuple[str, str]]:
        return {node: outcome for node, outcome in self.outcomes.items() if node.startswith(f"{kind}.")}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """One `dbt build`: a unit test brings its own rows, and asks the warehouse for column types only."""
    home = tmp_path_factory.mktemp("home")
    environment = dict(os.environ)
    settings = read_settings(home=home, landing=home / "landing")
    export(settings)
    try:
        _load(settings)
        yield _build(settings)
    finally:
        os.environ.clear()
        os.environ.update(environment)


def _load(settings: Settings) -> None:
    write_sample(settings.landing, scale=0.001, days=20, until=AS_OF)
    ingest(settings.landing, settings.home, KEY, as_of=AS_OF)
    raw.load(settings, *plan_run(settings.home, Asked(AS_OF), KEY), KEY)


def _build(settings: Settings) -> Build:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    folder = target(settings)
    try:
        outcome = dbtRunner().invoke(["build", *arguments(folder)])
    finally:
        DuckDBConnectionManager.close_all_connections()
    assert outcome.result is not None, outcome.exception
    results = outcome.result.results
    return Build(
        settings.warehouse,
        json.loads((folder / "manifest.json").read_text(encoding="utf-8")),
        {result.node.unique_id: (str(result.status), str(result.message)) for result in results},
        {result.node.name: result.node.compiled_code for result in results if result.node.resource_type == "test"},
    )
