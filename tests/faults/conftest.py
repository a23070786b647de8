"""What whole nights under faults share: the parsed dbt project, a small landing, and what a calm night makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from oracle import tiny
from pipeline.homes import KEY, Home, parquet_files


@dataclass(frozen=True)
class Calm:
    """A home after an undisturbed night, and the Parquet that it published, by table."""

    home: Home
    release_id: str
    parquet: dict[str, bytes]


@pytest.fixture(scope="session")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    declared = [tiny.declaration(f"d{number}", patient_key=tiny.bsn(number)) for number in range(30)]
    return tiny.write_tiny(tmp_path_factory.mktemp("faults") / "landing", declarations=declared)


@pytest.fixture(scope="session")
def calm(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Calm:
    home = Home.at(tmp_path_factory.mktemp("calm") / "home", landing, KEY)
    home.night()
    return Calm(home, home.release.release_id, parquet_files(home.release))
