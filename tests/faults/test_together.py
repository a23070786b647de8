"""Others at work at the same time: a backfill beside a run, and readers while releases follow each other."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from pipeline.homes import REPOSITORY
from publish.made import make_manifest, make_warehouse, request

from dagster_project.publish.locked import connect
from dagster_project.publish.pointer import current_id
from dagster_project.publish.reader import query
from dagster_project.publish.release import publish
from dagster_project.run.lock import writer_lock

RELEASES, PROCESSES, READERS = 6, 8, 50
SEEN = "select release_id, (select count(*) from finance.declaration) as n from audit.release"
BACKFILL = """
from dagster_project.defs.resources import Warehouse
from dagster_project.errors import ZorgmartError
try:
    with Warehouse().yield_for_execution(None):
        print("began")
except ZorgmartError as error:
    print(error)
"""
READER = f"""
import sys, time
from pathlib import Path
from dagster_project.publish.reader import query
print("ready", flush=True)
home, reads, seen = Path(sys.argv[1]), 0, set()
while not (home / "enough").exists():
    (row,) = query(home, "{SEEN}").to_pylist()
    assert row["n"] == 300
    reads += 1
    seen.add(row["release_id"])
    time.sleep(0.02)
print(reads, len(seen))
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = make_warehouse(tmp_path_factory.mktemp("warehouse"))
    make_manifest(file.parent, file)
    return file


def _python(code: str, *words: object, **variables: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ZORGMART_", "DAGSTER_"))}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**clean, "PYTHONPATH": str(REPOSITORY), **variables},
    )  # fmt: skip


def test_a_backfill_beside_a_run_is_told_to_wait(tmp_path: Path) -> None:
    """Any run that Dagster starts opens the same resource: while another writes, none of its steps begins."""
    variables = {"ZORGMART_HOME": str(tmp_path), "ZORGMART_LANDING": str(tmp_path)}
    with writer_lock(tmp_path), _python(BACKFILL, **variables) as backfill:
        told, _ = backfill.communicate(timeout=120)
    assert told == f"Another run (process {os.getpid()}) is writing {tmp_path}; wait until it ends and run again.\n"
    with _python(BACKFILL, **variables) as backfill:
        assert backfill.communicate(timeout=120)[0] == "began\n"


def _storm(home: Path, warehouse: Path) -> list[str]:
    """Release after release, each from where the one before left off."""
    made = [current_id(home)]
    for number in range(RELEASES):
        asked = request(home, warehouse, f"2026-04-01-{number:08x}", expected_current=made[-1])
        made.append(publish(asked).release_id)
    return made


def test_a_storm_of_releases_and_eight_processes_that_read(tmp_path: Path, warehouse: Path) -> None:
    first = publish(request(tmp_path, warehouse))
    with ExitStack() as stack, connect(first) as held:
        readers = [stack.enter_context(_python(READER, tmp_path)) for _ in range(PROCESSES)]
        assert [reader.stdout.readline() for reader in readers] == ["ready\n"] * PROCESSES
        _storm(tmp_path, warehouse)
        (tmp_path / "enough").touch()
        told = [reader.communicate(timeout=60) for reader in readers]
        assert held.execute("select release_id from audit.release").fetchone() == (first.release_id,)
    assert [(reader.returncode, err) for reader, (_, err) in zip(readers, told, strict=True) if reader.returncode] == []
    reads, seen = zip(*(map(int, out.split()) for out, _ in told), strict=True)
    assert min(reads) > RELEASES and max(seen) > RELEASES // 2


def test_fifty_readers_never_fail_while_releases_are_published(tmp_path: Path, warehouse: Path) -> None:
    publish(request(tmp_path, warehouse))
    is_over = threading.Event()

    def read() -> set[str]:
        seen = set()
        while not is_over.is_set() or not seen:
            (row,) = query(tmp_path, SEEN).to_pylist()
            assert row["n"] == 300
            seen.add(row["release_id"])
            time.sleep(0.1)
        return seen

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read) for _ in range(READERS)]
        try:
            made = _storm(tmp_path, warehouse)
        finally:
            is_over.set()
        seen = [reader.result() for reader in readers]
    assert set().union(*seen) <= set(made)
    assert len(set().union(*seen)) > RELEASES // 2
