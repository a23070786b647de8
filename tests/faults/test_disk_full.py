"""A disk that fills up in each phase of a night: one sentence, the release before stands, the next run goes on.

The home lies on a small file system of its own, where the system lets us mount one (as root); elsewhere the door and
publishing alone meet a limit on the size of a file (`tests/publish/test_faults.py`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pipeline.homes import Home, environment, parquet_files

from dagster_project.clock import today
from dagster_project.errors import ZorgmartError
from dagster_project.ingest import Ledger
from dagster_project.publish.reader import query
from dagster_project.run.nightly import run_night
from dagster_project.run.plan import Asked

from .conftest import Calm

MEGABYTES = 200
PHASES = ("ingest declarations", "ingest population", "build", "publish")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A mounted tmpfs; skips where only root may mount and we are not."""
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(["mount", *options], capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted; run as root, or in a container with CAP_SYS_ADMIN")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def _filler(disk: Path) -> Path:
    return disk / "filler"


def _fill(disk: Path) -> None:
    """Take all that is free, to the last page."""
    with _filler(disk).open("wb") as file:
        free = shutil.disk_usage(disk).free
        os.posix_fallocate(file.fileno(), 0, free)


def _filling(disk: Path, phase: str) -> Callable[[str, int, int], None]:
    def report(name: str, done: int, total: int) -> None:
        if name == phase and not _filler(disk).exists():
            _fill(disk)

    return report


def _night(home: Home, report: Callable[[str, int, int], None] | None = None) -> None:
    with environment(home.path, **home.variables):
        run_night(home.settings, Asked(), report)


def _read_files(home: Home) -> list[tuple]:
    """Each file that the door has read, with the number of its judgement: another number is reading it again."""
    with Ledger(home.path) as ledger:
        return ledger.versions(today()).select("feed", "file", "version_id").rows()


@pytest.mark.nightly
@pytest.mark.parametrize("phase", PHASES)
def test_a_full_disk_keeps_what_stands_and_the_next_run_goes_on(small_disk: Path, calm: Calm, phase: str) -> None:
    home = Home.at(small_disk / "home", calm.home.landing, calm.home.key)
    with pytest.raises(ZorgmartError) as told:
        _night(home, _filling(small_disk, phase))
    assert len(str(told.value).splitlines()) == 1 and told.value.exit_code == 1
    assert "Traceback" not in str(told.value)
    _filler(small_disk).unlink()
    read_before = _read_files(home)
    _night(home)
    assert set(read_before) <= set(_read_files(home)) and (phase.startswith("ingest") or read_before)
    assert home.release.release_id == calm.release_id
    assert parquet_files(home.release) == calm.parquet
    assert query(home.path, "select release_id from audit.release").to_pylist() == [{"release_id": calm.release_id}]
