"""`zorgmart run` killed whenever it may be: what is published stays whole, and the next run ends as a calm one."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
from pipeline.homes import KEY, Home, environment, parquet_files

from dagster_project.clock import today
from dagster_project.ingest import Ledger
from dagster_project.publish.manifest import is_whole
from dagster_project.publish.pointer import current_release
from dagster_project.publish.reader import query
from dagster_project.run.killed import REASON, close_killed
from dagster_project.run.lock import writer_lock
from dagster_project.settings import export

from .conftest import Calm

KILLS, A_HOME = 200, 20
"""Kills in all, and kills after which a home is finished and a fresh one begins."""


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _lives(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def test_nothing_of_a_killed_run_lives_on(landing: Path, tmp_path: Path) -> None:
    """E22: its processes end with it, its lock is free, and Dagster does not wait for it any longer."""
    home = Home.at(tmp_path / "home", landing, KEY)
    with home.start() as process:
        assert any(line.startswith("ingest ") for line in process.stderr)
        children = _children(process.pid)
        process.kill()
    until = time.monotonic() + 60
    while any(map(_lives, children)) and time.monotonic() < until:
        time.sleep(0.1)
    assert children and not [child for child in children if _lives(child)]
    with environment(home.path, **home.variables):
        export(home.settings)
        with dg.DagsterInstance.get() as instance:
            assert instance.get_run_records()[0].dagster_run.status == dg.DagsterRunStatus.STARTED
            assert (close_killed(instance, home.path), close_killed(instance, home.path)) == (1, 0)
            (record,) = instance.get_run_records()
            events = instance.get_records_for_run(record.dagster_run.run_id).records
    assert record.dagster_run.status == dg.DagsterRunStatus.FAILURE
    said = [event.event_log_entry.dagster_event for event in events]
    assert [REASON in event.message for event in said if event and event.is_run_failure] == [True]


def test_a_run_that_lives_is_not_closed(tmp_path: Path) -> None:
    """Another process holds the home: what is under way is left alone."""
    holder = (
        "import sys\nfrom pathlib import Path\nfrom dagster_project.run.lock import writer_lock\n"
        f"with writer_lock(Path({str(tmp_path)!r})):\n    print(flush=True)\n    sys.stdin.readline()\n"
    )
    with dg.DagsterInstance.ephemeral() as instance:
        instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
        with subprocess.Popen(
            [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            process.stdout.readline()
            assert close_killed(instance, tmp_path) == 0
            process.communicate("\n")
        assert close_killed(instance, tmp_path) == 1
    with writer_lock(tmp_path):
        pass


@dg.job
def nothing() -> None:
    """A job of no steps."""


def _require_whole(home: Home) -> None:
    """What is current is whole and answers, and the ledger names rows that are there."""
    release = current_release(home.path)
    if release is not None:
        assert is_whole(release.path)
        told = query(home.path, "select release_id from audit.release").to_pylist()
        assert told == [{"release_id": release.release_id}]
    with Ledger(home.path) as ledger:
        named = ledger.versions(today()).filter("in_force")["store_file"].drop_nulls()
    assert [name for name in named if not (home.path / name).is_file()] == []


@pytest.fixture(scope="module")
def seconds(calm: Calm, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a first run takes here, undisturbed but for the tests beside this one."""
    home = Home.at(tmp_path_factory.mktemp("timed") / "home", calm.home.landing, calm.home.key)
    began = time.monotonic()
    assert not _killed(home, 600, full_refresh=False)
    return time.monotonic() - began


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(KILLS // A_HOME))
def test_killed_two_hundred_times(calm: Calm, seconds: float, tmp_path: Path, number: int) -> None:
    """Twenty kills in each of ten homes: at any moment of a run, before and after a first release."""
    chance, killed, started = random.Random(number), 0, 0
    home = Home.at(tmp_path / "home", calm.home.landing, calm.home.key)
    while killed < A_HOME:
        started += 1
        killed += _killed(home, chance.uniform(0, seconds), full_refresh=chance.random() < 0.5)
        _require_whole(home)
        assert started < 4 * A_HOME, f"of {started} runs only {killed} lived until they were killed"
    with home.start() as process:
        out, err = process.communicate(timeout=600)
    assert process.returncode == 0, out + err
    assert home.release.release_id == calm.release_id
    assert parquet_files(home.release) == calm.parquet


def _killed(home: Home, seconds: float, *, full_refresh: bool) -> bool:
    """Start a run and kill it after so many seconds; False if it had ended by itself."""
    with home.start(*(["--full-refresh"] if full_refresh else [])) as process:
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    return process.returncode < 0
