"""One warehouse for all tests that only read it, and one published home per test."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from dagster_project.publish import tables
from dagster_project.publish.pointer import Release, current_release
from dagster_project.publish.release import publish

from .made import make_manifest, make_warehouse, request


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = make_warehouse(tmp_path_factory.mktemp("warehouse"))
    make_manifest(file.parent, file)
    return file


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, warehouse: Path) -> Release:
    """A first release, for tests that change nothing."""
    return publish(request(tmp_path_factory.mktemp("home"), warehouse))


@pytest.fixture(scope="session")
def home(published: Release) -> Path:
    """The home folder of that first release."""
    return published.path.parents[1]


@pytest.fixture
def first(tmp_path: Path, home: Path) -> Release:
    """That first release in a home of this test's own, `tmp_path`."""
    shutil.copytree(home, tmp_path, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("slices"))
    return current_release(tmp_path)


@pytest.fixture
def own_warehouse(tmp_path: Path, warehouse: Path) -> Path:
    """A copy of the warehouse and its manifest, to change."""
    shutil.copy(warehouse.with_name("manifest.json"), tmp_path)
    return Path(shutil.copy(warehouse, tmp_path))


@pytest.fixture
def uncompressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text stands in the files as it is, so that a search of their bytes means something."""
    connect = duckdb.connect

    def opened(*args: object, **kwargs: object) -> duckdb.DuckDBPyConnection:
        con = connect(*args, **kwargs)
        con.execute("pragma force_compression = 'uncompressed'")
        return con

    monkeypatch.setattr(tables.duckdb, "connect", opened)
