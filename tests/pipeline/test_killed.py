"""`zorgmart run` killed while it reads, builds and checks: the next run makes what a calm one makes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

import pytest

from dagster_project.publish.pointer import current_release

from .conftest import Night, Sample
from .homes import Home

MOMENTS = {"ingest declarations": 0.3, "ingest population": 4.0, "build": 3.0}
"""The line that a run must have printed before it is killed, and the most seconds after it."""


@pytest.fixture(scope="module")
def killed(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A fresh home in which three runs were killed."""
    home = Home.at(tmp_path_factory.mktemp("killed") / "home", sample.landing)
    chance = random.Random(7)
    for line, seconds in MOMENTS.items():
        with home.start() as process:
            _wait_for(process, line)
            time.sleep(chance.uniform(0, seconds))
            os.kill(process.pid, signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL, f"the run ended by itself within {seconds} s of `{line}`"
        release = current_release(home.path)
        assert release is None or (release.path / "manifest.json").is_file()
    return home


def _wait_for(process: subprocess.Popen[str], line: str) -> None:
    """Until a phase has ended; what stands on standard error before it belongs to the run's own story."""
    told = []
    for text in process.stderr:
        told.append(text)
        if text.startswith(f"{line}:"):
            return
    raise AssertionError(f"the run ended before `{line}`:\n{''.join(told)}")


def test_the_next_run_makes_the_same_release(killed: Home, sample_night: Night) -> None:
    """A fresh home too, and a full refresh: the same deliveries, the same bytes."""
    night = Night.over(killed, full_refresh=True)
    assert night.release_id == sample_night.release_id
    assert [name for name, content in night.parquet.items() if content != sample_night.parquet[name]] == []


def test_nothing_is_left_behind(killed: Home) -> None:
    published = sorted(path.name for path in (killed.path / "published").iterdir())
    assert published == [".lock", killed.release.release_id, "current", "parts"]
    assert not list(killed.path.glob("archive/incoming/*")) and not list(killed.path.rglob("*.unfinished"))
