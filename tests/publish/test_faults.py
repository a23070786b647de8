"""Killed, overtaken, out of disk, watched by readers: the current release stays whole and readable."""

from __future__ import annotations

import os
import pickle
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import pytest

import dagster_project
from dagster_project.errors import ZorgmartError
from dagster_project.publish import build_folder
from dagster_project.publish.locked import connect
from dagster_project.publish.manifest import is_whole
from dagster_project.publish.pointer import Release, current_release, releases
from dagster_project.publish.reader import query
from dagster_project.publish.release import publish
from dagster_project.publish.request import PublishRequest

from .made import request, slice_file

ROOT = Path(dagster_project.__file__).parents[1]
CHILD = """
import pickle, sys
from dagster_project.errors import ZorgmartError
from dagster_project.publish.release import publish
with open(sys.argv[1], "rb") as file:
    request = pickle.load(file)
print("ready", flush=True)
sys.stdin.readline()
try:
    print(publish(request).release_id)
except ZorgmartError as error:
    print(error)
    sys.exit(1)
"""
COUNT = "select count(*) as n from finance.declaration"


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    """Closes the pipes of every process that a test started, and waits for it."""
    with ExitStack() as stack:
        yield stack


def start(processes: ExitStack, folder: Path, asked: PublishRequest) -> subprocess.Popen[str]:
    """A process that has imported everything and publishes once it reads a line."""
    file = folder / f"{asked.release_id}-{time.monotonic_ns()}.pickle"
    file.write_bytes(pickle.dumps(asked))
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    processes.enter_context(process)
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    process.stdin.write("\n")
    process.stdin.flush()


def test_killed_at_any_moment(tmp_path: Path, warehouse: Path, first: Release, processes: ExitStack) -> None:
    home, current = tmp_path, first
    began = time.monotonic()
    current = publish(request(home, warehouse, "2026-03-01-0000000a", expected_current=current.release_id))
    whole = time.monotonic() - began
    chance = random.Random(7)
    left_behind = 0
    for attempt in range(10):
        asked = request(home, warehouse, f"2026-04-01-0000000{attempt}", expected_current=current.release_id)
        process = start(processes, tmp_path, asked)
        go(process)
        time.sleep(chance.uniform(0.02, 1.1) * whole)
        process.kill()
        process.wait()
        left_behind += bool(list((home / "published").glob(".building-*")))
        found = current_release(home)
        assert found.release_id in (current.release_id, asked.release_id)
        assert is_whole(found.path) and query(home, COUNT).to_pylist() == [{"n": 300}]
        assert all(is_whole(release.path) for release in releases(home))
        current = found
    assert left_behind > 3
    done = publish(request(home, warehouse, "2026-05-01-00000001", expected_current=current.release_id))
    assert current_release(home) == done and is_whole(done.path)
    assert not [p for p in (home / "published").iterdir() if p.name.startswith((".building", ".current"))]


@pytest.mark.parametrize("ids", [("2026-03-02-00000002", "2026-03-02-00000003"), ("2026-03-02-00000002",) * 2])
def test_two_at_once(
    tmp_path: Path, warehouse: Path, first: Release, processes: ExitStack, ids: tuple[str, str]
) -> None:
    home = tmp_path
    both = [
        start(processes, tmp_path, request(home, warehouse, release_id, expected_current=first.release_id))
        for release_id in ids
    ]
    for process in both:
        go(process)
    told = [process.communicate(timeout=30)[0].strip() for process in both]
    codes = sorted(process.returncode for process in both)
    current = current_release(home)
    assert is_whole(current.path) and set(releases(home)) == {first, current}
    if ids[0] == ids[1]:
        assert codes == [0, 0] and told == list(ids)
    else:
        assert codes == [0, 1] and current.release_id in told
        assert any(f"another run published {current.release_id}" in sentence for sentence in told)
    assert not list((home / "published").glob(".building-*"))


def test_readers_hold_the_old_one(tmp_path: Path, warehouse: Path, first: Release) -> None:
    with connect(first) as reader, connect(slice_file(first, "0101")) as sliced:
        second = publish(request(tmp_path, warehouse, "2026-03-02-00000002", expected_current=first.release_id))
        assert query(tmp_path, "select release_id from audit.release").to_pylist() == [
            {"release_id": second.release_id}
        ]
        assert reader.execute("select release_id from audit.release").fetchone() == (first.release_id,)
        assert sliced.execute(COUNT).fetchone() == (100,)


def test_reading_never_fails_while_publishing(
    tmp_path: Path, warehouse: Path, first: Release, processes: ExitStack
) -> None:
    home = tmp_path
    process = start(
        processes, tmp_path, request(home, warehouse, "2026-03-02-00000002", expected_current=first.release_id)
    )
    go(process)
    seen, reads = set(), 0
    while process.poll() is None or not reads:
        (row,) = query(
            home, "select release_id, (select count(*) from finance.declaration) as n from audit.release"
        ).to_pylist()
        assert row["n"] == 300
        seen.add(row["release_id"])
        reads += 1
    assert reads > 3 and first.release_id in seen and current_release(home).release_id == "2026-03-02-00000002"


@contextmanager
def largest_file(limit: int) -> Iterator[None]:
    """No file of this process may grow over a number of bytes: a write then fails as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _require_standing(home: Path, release_id: str) -> None:
    """The release is current, whole, alone, and nothing half-made is left."""
    assert current_release(home).release_id == release_id and is_whole(current_release(home).path)
    assert query(home, COUNT).to_pylist() == [{"n": 300}]
    assert sorted(p.name for p in (home / "published").iterdir()) == [".lock", release_id, "current", "parts"]


@pytest.mark.parametrize("limit", [0, 1_000, 4_000, 20_000, 100_000])
def test_disk_full_at_any_size(tmp_path: Path, warehouse: Path, first: Release, limit: int) -> None:
    with largest_file(limit), pytest.raises(ZorgmartError, match=r"the current release stands") as caught:
        publish(request(tmp_path, warehouse, "2026-03-02-00000002", expected_current=first.release_id))
    assert "\n" not in str(caught.value)
    _require_standing(tmp_path, first.release_id)


def test_disk_full_in_a_file_of_the_caller(tmp_path: Path, warehouse: Path, first: Release) -> None:
    big = {"report.html": b"x" * 40_000_000}
    asked = request(tmp_path, warehouse, "2026-03-02-00000002", expected_current=first.release_id, extra_files=big)
    with largest_file(30_000_000), pytest.raises(ZorgmartError, match=r"File too large"):
        publish(asked)
    _require_standing(tmp_path, first.release_id)
    assert publish(asked) == current_release(tmp_path) and is_whole(current_release(tmp_path).path)


def test_a_warehouse_in_use_is_told(tmp_path: Path, own_warehouse: Path) -> None:
    writer = f"import duckdb; con = duckdb.connect({str(own_warehouse)!r}); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", writer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()
        with pytest.raises(ZorgmartError, match=r"could not be made .*lock.* run again"):
            publish(request(tmp_path, own_warehouse))
        process.communicate("\n")
    publish(request(tmp_path, own_warehouse))


def test_a_living_build_is_not_swept(tmp_path: Path) -> None:
    published = tmp_path / "published"
    published.mkdir()
    (published / ".building-2026-03-01-00000009-1").mkdir()
    with build_folder.build_folder(published, "2026-03-01-00000001") as mine:
        with build_folder.build_folder(published, "2026-03-01-00000002") as other:
            assert mine.is_dir() and other.is_dir()
        assert {p.name for p in published.iterdir()} == {".lock", mine.name}
    assert [p.name for p in published.iterdir()] == [".lock"]


def test_the_duckdb_file_needs_no_wal(published: Release) -> None:
    names = {p.name for p in published.path.rglob("*")}
    assert ".spill" not in names and not [name for name in names if name.endswith((".wal", ".tmp"))]
    with duckdb.connect(str(published.database), read_only=True) as con:
        assert con.execute(COUNT).fetchone() == (300,)


def test_all_is_on_the_disk_before_it_has_a_name(
    tmp_path: Path, warehouse: Path, first: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut keeps only what was brought to the disk: files, folders, name, pointer, each before the next."""
    steps: list[str] = []
    fsync, rename, replace = os.fsync, Path.rename, os.replace
    monkeypatch.setattr(
        os, "fsync", lambda fd: (steps.append(str(Path(f"/proc/self/fd/{fd}").readlink())), fsync(fd))[1]
    )
    monkeypatch.setattr(Path, "rename", lambda old, new: (steps.append("rename"), rename(old, new))[1])
    monkeypatch.setattr(os, "replace", lambda old, new: (steps.append("replace"), replace(old, new))[1])
    release = publish(request(tmp_path, warehouse, "2026-03-02-00000002", expected_current=first.release_id))
    published = str(tmp_path / "published")
    named = len(steps) - 1 - steps[::-1].index("rename")
    assert steps[named:] == ["rename", published, "replace", published]
    building = next(step for step in steps if ".building-" in step).split(".building-")[1].split("/")[0]
    made = f".building-{building}"
    on_disk = {step.split(made)[1].lstrip("/") for step in steps[:named] if made in step}
    assert on_disk == {""} | {p.relative_to(release.path).as_posix() for p in release.path.rglob("*")}
