"""The dbt project, built once in a warehouse without deliveries; every unit test and data test runs with it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from dagster_project.ingest.ledger import Ledger
from dagster_project.night import Night
from dagster_project.settings import Settings, export, read_settings
from dagster_project.transform import raw
from dagster_project.transform.project import arguments, manifest_folder

AS_OF = date(2026, 3, 1)


@dataclass(frozen=True)
class Build:
    """What dbt knows of the project (manifest.json), and what became of each node: status and message by id."""

    manifest: dict
    outcomes: dict[str, tuple[str, str]]

    def of_kind(self, kind: str) -> dict[str, tuple[str, str]]:
        return {node: outcome for node, outcome in self.outcomes.items() if node.startswith(f"{kind}.")}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """One `dbt build` on empty raw tables: a unit test brings its rows, and asks the warehouse for column types only."""
    home = tmp_path_factory.mktemp("home")
    environment = dict(os.environ)
    settings = read_settings(home=home, landing=home / "landing")
    export(settings)
    try:
        _load_nothing(settings)
        yield _build(manifest_folder(settings))
    finally:
        os.environ.clear()
        os.environ.update(environment)


def _load_nothing(settings: Settings) -> None:
    with Ledger(settings.home) as ledger:
        versions = ledger.versions(AS_OF)
    night = Night(str(AS_OF), f"{AS_OF}-00000000", "tests", f"{AS_OF}T02:00:00+01:00", None)
    raw.load(settings, versions, night, {})


def _build(folder: Path) -> Build:
    try:
        outcome = dbtRunner().invoke(["build", *arguments(folder)])
    finally:
        DuckDBConnectionManager.close_all_connections()
    assert outcome.result is not None, outcome.exception
    outcomes = {result.node.unique_id: (str(result.status), str(result.message)) for result in outcome.result.results}
    return Build(json.loads((folder / "manifest.json").read_text(encoding="utf-8")), outcomes)
