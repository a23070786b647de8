"""A made-up warehouse with its manifest, and the marts of the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from publish.made import make_manifest, make_warehouse

from dagster_project.marts.catalog import read_marts
from dagster_project.marts.mart import Mart
from dagster_project.settings import read_settings
from dagster_project.transform.project import prepare


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = make_warehouse(tmp_path_factory.mktemp("warehouse"))
    make_manifest(file.parent, file)
    return file


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own."""
    return prepare(read_settings(home=tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def nodes(manifest: Path) -> dict[str, dict[str, Any]]:
    """What dbt knows of each model and seed, by id."""
    return json.loads(manifest.read_text(encoding="utf-8"))["nodes"]


@pytest.fixture(scope="session")
def marts(manifest: Path) -> tuple[Mart, ...]:
    """The published tables of the project."""
    return read_marts(manifest)
