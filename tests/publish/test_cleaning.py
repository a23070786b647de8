"""Cleaning removes what is beyond the retention and nothing else, whoever reads and whenever it is killed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dagster_project.publish import cleaning
from dagster_project.publish.cleaning import beyond, clean
from dagster_project.publish.manifest import is_whole
from dagster_project.publish.pointer import Release, current_id, releases
from dagster_project.publish.release import publish

from .made import make_manifest, make_warehouse, request, rows_of, slice_file

IDS = tuple(
    f"2026-{month:02d}-{day:02d}-0000000{day % 10}" for month, day in ((1, 30), (1, 31), (2, 1), (2, 2), (2, 3))
)
READER = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True); sys.stdin.readline()
con.execute(f"set variable zorgmart = '{sys.argv[2]}'")
print(con.execute("select count(*) from finance.declaration").fetchone()[0])
"""


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with five releases, the last one current; their declarations differ in a month."""
    home = tmp_path_factory.mktemp("five")
    before = None
    for number, release_id in enumerate(IDS):
        warehouse = make_warehouse(home, 300 + number)
        make_manifest(home, warehouse)
        as_of = date.fromisoformat(release_id[:10])
        before = publish(request(home, warehouse, release_id, as_of=as_of, expected_current=before)).release_id
    return home


@pytest.fixture
def home(five: Path, tmp_path: Path) -> Path:
    """A copy in which the releases share their parts as they do there."""
    target = tmp_path / "home"
    subprocess.run(["cp", "-a", str(five), str(target)], check=True)
    return target


def kept(home: Path) -> list[str]:
    return [release.release_id for release in releases(home)]


def test_the_newest_and_the_last_of_each_month_stay(home: Path) -> None:
    slice_file(releases(home)[0], "0101")
    done = clean(home, 1)
    assert kept(home) == [IDS[1], IDS[4]] and done.removed == (IDS[0], IDS[2], IDS[3]) and done.open == ()
    assert all(is_whole(release.path) for release in releases(home)) and current_id(home) == IDS[4]
    assert not (home / "slices" / IDS[0]).exists() and done.bytes > 100_000
    parts = list((home / "published" / "parts").glob("*/*"))
    assert parts and min(file.stat().st_nlink for file in parts) >= 2
    assert clean(home, 1) == cleaning.Cleaned((), (), 0)


def test_what_a_pointer_names_stays(home: Path) -> None:
    for name, release_id in (("current", IDS[0]), ("approved", IDS[2])):
        pointer = home / "published" / name
        pointer.unlink(missing_ok=True)
        pointer.symlink_to(release_id)
    clean(home, 1)
    assert kept(home) == [IDS[0], IDS[1], IDS[2], IDS[4]]


def test_what_somebody_reads_stays_until_it_is_closed(home: Path) -> None:
    first = releases(home)[0]
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(first.database), str(first.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as reader:  # fmt: skip
        assert reader.stdout.readline() == "open\n"
        assert clean(home, 1).open == (IDS[0],) and IDS[0] in kept(home)
        assert reader.communicate("\n")[0] == "300\n"
    assert clean(home, 1).removed == (IDS[0],)


def test_a_cleaning_that_was_killed_loses_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(cleaning.shutil, "rmtree", killed)
        clean(home, 1)
    assert all(is_whole(release.path) for release in releases(home)) and len(kept(home)) == 4
    done = clean(home, 1)
    assert kept(home) == [IDS[1], IDS[4]] and len(done.removed) == 2
    assert not list((home / "published").glob(".building-*"))
    assert rows_of(releases(home)[1].database, "select count(*) from finance.budget") == [(1,)]


def test_retention_counts_releases_not_days() -> None:
    found = [Release(release_id, Path(release_id)) for release_id in IDS]
    assert [release.release_id for release in beyond(found, 3, frozenset())] == [IDS[0]]
    assert beyond(found, 30, frozenset()) == [] and beyond([], 1, frozenset()) == []


def test_where_links_were_refused_nothing_is_in_the_store(tmp_path: Path, home: Path) -> None:
    """A copied home has no links either: the store goes, and every release keeps its own parts."""
    copied = Path(shutil.copytree(home, tmp_path / "copied", symlinks=True))
    clean(copied, 5)
    assert not list((copied / "published" / "parts").glob("*/*"))
    assert all(is_whole(release.path) for release in releases(copied))
