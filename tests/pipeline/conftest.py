"""What is dear is made once: the parsed dbt project."""

from __future__ import annotations

from pathlib import Path

import pytest

from .homes import parse_project


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return parse_project(tmp_path_factory.mktemp("parsed"))
