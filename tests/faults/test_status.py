"""`zorgmart status`: of a good home, an empty one, a damaged one, one that a run writes; and what it prints."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pipeline.homes import Home

from dagster_project.errors import HeldBack, ZorgmartError
from dagster_project.feeds import FEEDS
from dagster_project.run.freshness import freshness
from dagster_project.run.lock import writer_lock
from dagster_project.run.record import last_record, recorded
from dagster_project.settings import Settings
from dagster_project.status.collect import Status, collect
from dagster_project.status.render import as_json, as_prometheus, as_text
from dagster_project.status.runs import last_run

from .conftest import Calm

SAMPLE = re.compile(r'[a-z_]+(\{[a-z_]+="(?:[^"\\\n]|\\.)*"(,[a-z_]+="(?:[^"\\\n]|\\.)*")*\})? [-+0-9.e]+')


@pytest.fixture
def home(calm: Calm, tmp_path: Path) -> Home:
    return calm.home.copied(tmp_path / "home")


def looked_at(home: Home, *, hours: float | None = None, with_hashes: bool = False) -> Status:
    settings: Settings = home.settings.model_copy(update={"status_max_age_hours": hours})
    return collect(settings, with_hashes=with_hashes)


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


def test_a_good_home(home: Home, calm: Calm) -> None:
    before = everything(home.path)
    status = looked_at(home, with_hashes=True)
    current, approved = status.releases
    assert (current.release_id, approved.release_id) == (calm.release_id, None)
    assert status.run.outcome == "published" and status.problems == []
    assert status.files == {"rejected": 0, "to read": 0, "waiting": 0, "not read": 0}
    assert {part.part: part.damaged for part in status.verified} == {"archive": (), "store": (), "releases": ()}
    assert all(part.files for part in status.verified)
    assert everything(home.path) == before, "looking changes nothing"


def test_a_release_is_older_than_is_allowed(home: Home) -> None:
    age = looked_at(home).releases[0].age
    assert age is not None
    hours = age / timedelta(hours=1)
    assert looked_at(home, hours=hours + 1).is_good
    assert looked_at(home, hours=hours - 1).problems[0].endswith("hours (ZORGMART_STATUS_MAX_AGE_HOURS)")


def test_without_a_release(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home", tmp_path / "landing", "k" * 32)
    home.landing.mkdir()
    assert looked_at(home).problems == [] and "current release: none" in as_text(looked_at(home))
    assert "nothing is published" in looked_at(home, hours=48).problems[0]
    with pytest.raises(ZorgmartError, match="There is no home folder"):
        looked_at(Home(tmp_path, tmp_path / "other"))


def test_while_a_run_writes(home: Home) -> None:
    with writer_lock(home.path), recorded(home.path), closing(sqlite3.connect(home.path / "ledger.sqlite")) as writer:
        writer.execute("begin immediate")
        status = looked_at(home)
        writer.rollback()
    assert status.run.outcome == "running" and status.is_good


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("manifest.json", "is damaged or gone"),
        ("zorgmart.duckdb", "is damaged or gone"),
        ("ledger", "the ledger can't be read"),
        ("no ledger", "the ledger is gone"),
        ("landing", "the landing folder can't be read"),
    ],
)
def test_of_a_damaged_home_the_rest_is_told(home: Home, tmp_path: Path, harm: str, told: str) -> None:
    if harm in ("ledger", "no ledger"):
        for left in home.path.glob("ledger.sqlite*"):
            left.unlink()
        if harm == "ledger":
            (home.path / "ledger.sqlite").write_bytes(b"torn" * 2000)
    elif harm == "landing":
        home = Home(tmp_path / "nowhere", home.path, home.key)
    else:
        (home.release.path / harm).unlink()
    status = looked_at(home)
    assert any(told in problem for problem in status.problems), status.problems
    assert "disk:" in as_text(status) and "zorgmart_ok 0" in as_prometheus(status)


@pytest.mark.parametrize("place", ["archive", "store", "published"])
def test_hashes_tell_what_is_damaged_or_gone(home: Home, place: str) -> None:
    pattern = {"archive": "archive/??/*", "store": "store/*/*.parquet", "published": "published/*/parquet/*.parquet"}
    files = sorted(file for file in home.path.glob(pattern[place]) if not file.parent.parent.is_symlink())
    files[0].chmod(0o644)
    files[0].write_bytes(files[0].read_bytes()[:-1] + b"!")
    files[-1].unlink()
    assert looked_at(home).is_good, "only reading everything tells"
    status = looked_at(home, with_hashes=True)
    named = {name for part in status.verified for name in part.damaged}
    assert {str(files[0].relative_to(home.path)), str(files[-1].relative_to(home.path))} == {
        name.replace(f"published/{home.release.release_id}", str(files[0].parent.parent.relative_to(home.path)))
        if place == "published" else name
        for name in named
    }  # fmt: skip
    assert not status.is_good


def test_what_lies_in_the_landing_folder(home: Home, tmp_path: Path) -> None:
    landing = Path(shutil.copytree(home.landing, tmp_path / "landing"))
    changed = Home(landing, home.path, home.key)
    day = next(landing.glob("declarations/*"))
    (day / "new.csv").write_bytes(b"x")
    (day / "slow.csv.part").write_bytes(b"x")
    (landing / "payment" / "2026-01-01").mkdir(parents=True)
    (landing / "payment" / "2026-01-01" / 'a"\n.csv').write_bytes(b"x")
    before, after = looked_at(home).files, looked_at(changed)
    assert after.files["waiting"] == before["waiting"] + 1
    assert after.files["not read"] == before["not read"] + 1
    assert after.files["to read"] >= 1
    assert "payments may be meant" in as_text(after)


def test_the_last_run_and_what_became_of_it(tmp_path: Path) -> None:
    assert last_run(tmp_path).outcome == "none"
    with recorded(tmp_path):
        assert last_run(tmp_path).outcome == "running"
    assert last_run(tmp_path).outcome == "published"
    for error, outcome in ((HeldBack("held.\n- a"), "blocked"), (ZorgmartError("no key"), "failed"),
                           (KeyboardInterrupt(), "failed")):  # fmt: skip
        with pytest.raises(type(error)), recorded(tmp_path):
            raise error
        assert last_run(tmp_path).outcome == outcome
    assert last_record(tmp_path).reason == "KeyboardInterrupt"


def test_a_killed_run_is_told(tmp_path: Path) -> None:
    if os.fork() == 0:
        with recorded(tmp_path):
            os._exit(9)
    os.wait()
    assert last_run(tmp_path).outcome == "killed"


def test_a_run_that_dagster_started_later_goes_before(home: Home) -> None:
    database = home.path / "dagster" / "history" / "runs.db"
    later = (datetime.now(UTC) + timedelta(hours=1)).timestamp()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "insert into runs (run_id, pipeline_name, status, run_body, start_time, end_time)"
            " values ('x', 'nightly', 'FAILURE', '{}', ?, ?)",
            [later, later + 60],
        )
    assert last_run(home.path).outcome == "failed"


def test_prometheus_reads_it(home: Home) -> None:
    lines = as_prometheus(looked_at(home, with_hashes=True)).splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert samples and all(SAMPLE.fullmatch(line) for line in samples)
    names = [line.split("{")[0].split(" ")[0] for line in samples]
    for name in dict.fromkeys(names):
        at = [index for index, found in enumerate(names) if found == name]
        assert at == list(range(at[0], at[-1] + 1)), "samples of a metric stand together"
        assert f"# TYPE {name} gauge" in lines
    assert len(samples) == len({line.rsplit(" ", 1)[0] for line in samples}), "no sample comes twice"


def test_labels_are_escaped(home: Home) -> None:
    status = looked_at(home)
    status.files = {'a"b\\c\nd': 1}
    assert 'zorgmart_files{state="a\\"b\\\\c\\nd"} 1' in as_prometheus(status)


def test_json_reads_it(home: Home, calm: Calm) -> None:
    told = json.loads(as_json(looked_at(home)))
    assert told["ok"] is True and told["releases"]["current"]["release_id"] == calm.release_id
    assert told["releases"]["approved"] is None and told["last_run"]["outcome"] == "published"
    assert {one["feed"] for one in told["freshness"]} == set(FEEDS)


@pytest.mark.parametrize(
    ("age", "state"), [(0, "fresh"), (1, "fresh"), (2, "due"), (3, "late"), (400, "late"), (-3, "fresh")]
)
def test_freshness_goes_by_the_newest_delivery_date(age: int, state: str) -> None:
    day = date(2026, 3, 1)
    found = {one.feed: one.state for one in freshness({"declarations": day - timedelta(days=age)}, day)}
    assert found["declarations"] == state and found["tariffs"] == "never"
