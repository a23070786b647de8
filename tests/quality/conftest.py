"""A small warehouse that every suite accepts, made again for whoever plants a fault in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dagster_project.quality.suites import Suite, load_suites

HERE = Path(__file__).parent
EXPECTATIONS = HERE.parents[1] / "expectations"


def change(warehouse: Path, *statements: str) -> None:
    """Runs the statements on the warehouse file and closes it."""
    with duckdb.connect(warehouse) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(scope="session")
def suites() -> dict[str, Suite]:
    return {suite.name: suite for suite in load_suites(EXPECTATIONS)}


@pytest.fixture(scope="session")
def good_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = tmp_path_factory.mktemp("good") / "warehouse.duckdb"
    change(warehouse, (HERE / "warehouse.sql").read_text(encoding="utf-8"))
    return warehouse


@pytest.fixture
def planted(good_warehouse: Path, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the good warehouse with the given statements run on it."""

    def plant(*statements: str) -> Path:
        warehouse = tmp_path / "warehouse.duckdb"
        shutil.copy(good_warehouse, warehouse)
        change(warehouse, *statements)
        return warehouse

    return plant
