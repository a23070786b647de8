"""One small release for all tests of this room, and its page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dagster_project.monitor.released import Released
from dagster_project.monitor.report import report_page

from . import browser
from .reading import Page

AS_OF = date(2026, 3, 1)
# As release.sql has them.
CHECKS = (
    {"name": "guard.parts_sum", "outcome": "passed", "sentence": "Parts sum."},
    {"name": "budget_signals.margin", "outcome": "warned", "sentence": "A margin & <more>."},
)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("release") / "zorgmart.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute(Path(__file__).with_name("release.sql").read_text(encoding="utf-8"))
    return file


@pytest.fixture(scope="session")
def html(database: Path) -> str:
    return report_page(database)


@pytest.fixture(scope="session")
def page(html: str) -> Page:
    return Page(html)


@pytest.fixture
def released(database: Path) -> Iterator[Released]:
    with duckdb.connect(database, read_only=True) as connection:
        yield Released(connection, AS_OF)


@pytest.fixture(scope="session")
def chromium() -> str:
    command = browser.find()
    if command is None:
        pytest.skip(browser.MISSING)
    return command
