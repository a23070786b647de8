"""One landing and home folder for each test."""

from pathlib import Path

import pytest

from .made import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)
