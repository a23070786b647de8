"""A home brought back: an incomplete ledger stops the run; one rebuilt, or restored, gives the same release."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pipeline.homes import REPOSITORY, Home, environment, parquet_files

from dagster_project.errors import ZorgmartError
from dagster_project.ingest import Ledger
from dagster_project.run.completeness import require_complete

from .conftest import Calm


def command(home: Home, *words: str | Path, code: int = 0) -> str:
    """A command of the real CLI in a process of its own; gives what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "dagster_project.cli", *map(str, words)], capture_output=True, text=True, cwd=home.path,
        env={"PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin", **home.variables}, timeout=900,
    )  # fmt: skip
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout + done.stderr


def published(home: Home) -> dict[str, bytes]:
    return parquet_files(home.release)


@pytest.fixture(scope="module")
def grown(calm: Calm, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path, str, dict[str, bytes]]:
    """The calm home after a second night with bytes that come back; the ledger as `cp` without its log has it."""
    folder = tmp_path_factory.mktemp("grown")
    landing = Path(shutil.copytree(calm.home.landing, folder / "landing"))
    home = Home(landing, Path(shutil.copytree(calm.home.path, folder / "home", symlinks=True)), calm.home.key)
    early = folder / "early.sqlite"
    shutil.copyfile(home.path / "ledger.sqlite", early)
    first = next(landing.glob("declarations/*/*.csv"))
    content = first.read_bytes()
    for data in (b"".join(content.splitlines(keepends=True)[:-1]), content):
        unfinished = first.with_name("x.part")
        unfinished.write_bytes(data)
        unfinished.replace(first)
        home.night()
    return home, early, home.release.release_id, published(home)


def incomplete(grown: tuple, folder: Path) -> Home:
    home, early, *_ = grown
    copy = home.copied(folder / "home")
    for left in copy.path.glob("ledger.sqlite*"):
        left.unlink()
    shutil.copyfile(early, copy.path / "ledger.sqlite")
    return copy


def test_bytes_that_come_back_are_published_under_an_id_of_their_own(calm: Calm, grown: tuple) -> None:
    home, _, release_id, parquet = grown
    assert release_id != calm.release_id
    assert home.rows("select version, status from integrity.delivery where feed = 'declarations' order by version") == [
        (1, "replaced"), (2, "replaced"), (3, "accepted"),
    ]  # fmt: skip
    named = {"integrity.delivery", "audit.release", "integrity.double_funding_finding"}
    assert {name for name in parquet if parquet[name] != calm.parquet[name]} <= named
    assert home.rows("select count(*) from integrity.delivery where received_at is null") == [(0,)]
    file = home.release.path / "parquet" / "integrity.delivery.parquet"
    import duckdb

    assert duckdb.sql(f"select count(received_at), count(*) > 0 from '{file}'").fetchall() == [(0, True)]


@pytest.mark.parametrize("known_by", ["the archive", "release"])
def test_an_incomplete_ledger_stops_the_run(grown: tuple, tmp_path: Path, known_by: str) -> None:
    home = incomplete(grown, tmp_path)
    if known_by == "release":
        (home.path / "archive" / "received.jsonl").unlink()
    stored = sorted((home.path / "store").rglob("*.parquet"))
    with environment(tmp_path, **home.variables), pytest.raises(ZorgmartError, match=f"that {known_by}"):
        home.night()
    assert home.release.release_id == grown[2] and sorted((home.path / "store").rglob("*.parquet")) == stored


def test_the_release_is_the_same_after_a_rebuild(grown: tuple, tmp_path: Path) -> None:
    home = incomplete(grown, tmp_path)
    said = command(home, "run", code=1)
    assert "rebuild-ledger" in said and "Traceback" not in said and len(said.strip().splitlines()) == 1
    assert "lacks 2 of" in command(home, "status", code=1)
    said = command(home, "rebuild-ledger")
    assert "delivered versions again, 0 of them rejected" in said
    command(home, "run")
    assert home.release.release_id == grown[2] and published(home) == grown[3]
    assert "problem" not in command(home, "status", "--verify")


def test_a_restored_backup_gives_the_same_release(grown: tuple, tmp_path: Path) -> None:
    home = grown[0]
    with closing(Ledger(home.path)):  # somebody has it open, so its newest rows may stand in the log
        command(home, "backup", tmp_path / "backup")
    restored = Home(
        home.landing, Path(shutil.copytree(tmp_path / "backup", tmp_path / "home", symlinks=True)), home.key
    )
    assert restored.release.release_id == grown[2]
    shutil.rmtree(restored.path / "published")
    command(restored, "run")
    assert restored.release.release_id == grown[2] and published(restored) == grown[3]


def test_a_damaged_manifest_stops_nothing(grown: tuple, tmp_path: Path) -> None:
    """A run mends a damaged release; the journal still tells whether the ledger is whole."""
    home = grown[0].copied(tmp_path / "home")
    manifest = home.release.path / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text("{", encoding="utf-8")
    require_complete(home.path)


def test_a_manifest_of_0_4_0_is_understood(grown: tuple, tmp_path: Path) -> None:
    home = grown[0].copied(tmp_path / "home")
    manifest = home.release.path / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    old = ("feed", "delivery_date", "file", "sha256", "status")
    told["deliveries"] = [{name: entry[name] for name in old} for entry in told["deliveries"]]
    manifest.chmod(0o644)
    manifest.write_text(json.dumps(told), encoding="utf-8")
    require_complete(home.path)
    shutil.copyfile(grown[1], home.path / "ledger.sqlite")
    (home.path / "archive" / "received.jsonl").unlink()
    for left in home.path.glob("ledger.sqlite-*"):
        left.unlink()
    with pytest.raises(ZorgmartError, match="lacks"):
        require_complete(home.path)
