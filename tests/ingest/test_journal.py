"""The journal beside the archive, a ledger that lacks what it knows, and the ledger made again from both."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.ingest import Ledger, receive
from dagster_project.ingest.journal import Journal
from dagster_project.recovery.backup import back_up
from dagster_project.recovery.rebuild import rebuild_ledger

from .made import AS_OF, DAY, KEY, Home, csv_bytes, row

ONE, TWO = (csv_bytes([row("payments", amount_cents=cents)]) for cents in ("100", "200"))
JUDGED = ("feed", "delivery_date", "file", "version", "sha256", "bytes", "status", "reason", "rows", "accepted",
          "quarantined", "amount_cents", "accepted_amount_cents", "in_force", "received_at")  # fmt: skip


@pytest.fixture
def filled(home: Home) -> Home:
    """Three versions of one name, the middle one rejected, and a declaration."""
    for content in (ONE, TWO[:-1], ONE):
        home.deliver("payments", content)
        home.ingest()
    home.deliver("declarations", csv_bytes([row("declarations"), row("declarations", amount_cents="x")]))
    home.ingest()
    return home


def copied_without_its_log(home: Home) -> None:
    """What `cp ledger.sqlite` gives while the newest versions stand in the write-ahead log."""
    file = home.home / "ledger.sqlite"
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("select count(*) from version").fetchall()
        shutil.copyfile(file, home.home / "before")
    with closing(sqlite3.connect(file, isolation_level=None)) as held:
        held.execute("pragma wal_autocheckpoint = 0")
        held.execute("begin")
        held.execute("select count(*) from version").fetchall()
        home.deliver("payments", TWO, "late.csv")
        home.ingest()
        assert (home.home / "ledger.sqlite-wal").stat().st_size > 0
        shutil.copyfile(file, home.home / "copy")
    for left in home.home.glob("ledger.sqlite*"):
        left.unlink()
    (home.home / "copy").rename(file)


def everything(home: Home) -> dict[str, bytes]:
    """Every file of a home but the lock and SQLite's own, which opening a database makes."""
    return {
        str(path.relative_to(home.home)): path.read_bytes()
        for path in sorted(home.home.rglob("*"))
        if path.is_file() and not path.name.startswith((".lock", "ledger.sqlite-"))
    }


def test_the_journal_has_a_line_for_each_version(filled: Home) -> None:
    entries = Journal(filled.home).read()
    versions = filled.versions()
    assert sorted(entry.sha256 for entry in entries.values()) == sorted(versions["sha256"])
    assert [entry.file for entry in entries.values()] == ["a.csv"] * 4
    assert {entry.instant for entry in entries.values()} == set(versions["received_at"])
    assert Journal(filled.home).path.stat().st_mode & 0o077 == 0
    filled.ingest(force=True)
    assert Journal(filled.home).read() == entries, "judging again receives nothing"


def test_a_ledger_copied_without_its_log_stops_the_run_and_nothing_changes(filled: Home) -> None:
    copied_without_its_log(filled)
    before = everything(filled)
    with pytest.raises(ZorgmartError, match=r"lacks 1 of the 5 .*rebuild-ledger"):
        filled.ingest()
    assert everything(filled) == before


def test_a_ledger_that_is_gone_stops_the_run(filled: Home) -> None:
    (filled.home / "ledger.sqlite").unlink()
    stored = sorted((filled.home / "store").rglob("*.parquet"))
    with pytest.raises(ZorgmartError, match=r"lacks 4 of the 4 "):
        filled.ingest()
    assert sorted((filled.home / "store").rglob("*.parquet")) == stored


def test_a_run_killed_between_ledger_and_journal_goes_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.deliver("payments", ONE)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(receive.Journal, "append", killed)
        with pytest.raises(Killed):
            home.ingest()
    assert (home.versions().height, Journal(home.home).read()) == (0, {}) or home.versions().height == 1
    home.ingest()
    assert home.versions().height == len(Journal(home.home).read()) == 1


def test_half_a_line_does_not_count_and_is_written_over(filled: Home) -> None:
    journal = Journal(filled.home)
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-20])
    filled.ingest()
    assert journal.path.read_bytes() == whole


def test_a_damaged_line_is_told(filled: Home) -> None:
    journal = Journal(filled.home)
    journal.path.write_bytes(b"{\n" + journal.path.read_bytes())
    with pytest.raises(ZorgmartError, match=r"Line 1 of .* is damaged"):
        filled.ingest()
    journal.path.unlink()
    filled.ingest()
    assert len(journal.read()) == 4


@pytest.mark.parametrize("harm", ["copied", "gone", "garbage"])
def test_the_ledger_made_again_says_the_same(filled: Home, harm: str) -> None:
    if harm == "copied":
        with Ledger(filled.home) as ledger:
            whole = ledger.versions(AS_OF)
        copied_without_its_log(filled)
    else:
        whole = filled.versions()
        for left in filled.home.glob("ledger.sqlite*"):
            left.unlink()
        if harm == "garbage":
            (filled.home / "ledger.sqlite").write_bytes(b"no database" * 1000)
    rows = filled_rows(filled, whole)
    made = rebuild_ledger(filled.home, KEY)
    again = filled.versions()
    if harm == "copied":
        again = again.filter(file="a.csv")
    assert again.select(JUDGED).equals(whole.select(JUDGED))
    assert made.rejected == 1 and (made.before is None) == (harm == "gone")
    assert filled_rows(filled, again) == rows
    report = filled.ingest()
    assert report.files == 0, "nothing is received a second time"


def filled_rows(home: Home, versions: object) -> list[object]:
    """Accepted rows of the declarations, without the number of their judgement."""
    names = [name for name in versions.filter(feed="declarations")["store_file"] if name]
    import polars as pl

    frames = [pl.read_parquet(home.home / name).drop("version_id") for name in names]
    return [frame.rows() for frame in frames]


def test_a_rebuild_gives_no_number_of_a_judgement_twice(filled: Home) -> None:
    before = set(filled.versions()["version_id"])
    rebuild_ledger(filled.home, KEY)
    assert not before & set(filled.versions()["version_id"])


def test_a_rebuild_asks_for_the_key_of_then(filled: Home) -> None:
    before = everything(filled)
    with pytest.raises(ZorgmartError, match="is not the key"):
        rebuild_ledger(filled.home, "another key that is long enough, too")
    assert everything(filled) == before


def test_a_rebuild_without_the_bytes_changes_nothing(filled: Home) -> None:
    sha256 = filled.versions()["sha256"][0]
    (filled.home / "archive" / sha256[:2] / sha256).unlink()
    before = everything(filled)
    with pytest.raises(ZorgmartError, match="The archive lacks the bytes of 1 of the 4"):
        rebuild_ledger(filled.home, KEY)
    assert everything(filled) == before


def test_a_rebuild_of_an_empty_home_says_so(home: Home) -> None:
    home.home.mkdir()
    with pytest.raises(ZorgmartError, match="Nothing under"):
        rebuild_ledger(home.home, KEY)


def test_a_backup_takes_what_stands_in_the_log(filled: Home, tmp_path: Path) -> None:
    with closing(sqlite3.connect(filled.home / "ledger.sqlite")) as held:
        held.execute("begin")
        held.execute("select count(*) from version").fetchall()
        filled.deliver("payments", TWO, "late.csv")
        filled.ingest()
        done = back_up(filled.home, tmp_path / "backup")
    assert done.copied == done.files
    restored = Home(tmp_path / "restored")
    shutil.copytree(tmp_path / "backup", restored.home)
    assert restored.versions().equals(filled.versions())
    assert restored.accepted("declarations").equals(filled.accepted("declarations"))
    assert restored.ingest().files == 0


def test_a_backup_is_brought_up_to_date(filled: Home, tmp_path: Path) -> None:
    back_up(filled.home, tmp_path / "backup")
    assert back_up(filled.home, tmp_path / "backup").copied == 1, "nothing but the ledger is copied again"
    filled.deliver("payments", TWO, "late.csv")
    filled.ingest()
    back_up(filled.home, tmp_path / "backup")
    restored = Home(tmp_path / "restored")
    shutil.copytree(tmp_path / "backup", restored.home)
    assert restored.versions().equals(filled.versions())


def test_a_file_under_two_names_stays_one(filled: Home, tmp_path: Path) -> None:
    (filled.home / "published").mkdir()
    (filled.home / "published" / "part").write_bytes(b"rows")
    (filled.home / "published" / "link").hardlink_to(filled.home / "published" / "part")
    back_up(filled.home, tmp_path / "backup")
    assert (tmp_path / "backup/published/part").stat().st_ino == (tmp_path / "backup/published/link").stat().st_ino


@pytest.mark.parametrize("place", ["inside", "other"])
def test_a_backup_overwrites_nothing_else(filled: Home, tmp_path: Path, place: str) -> None:
    folder = filled.home / "backup" if place == "inside" else tmp_path / "other"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ZorgmartError):
        back_up(filled.home, folder)
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


def test_a_ledger_that_is_not_whole_is_not_backed_up(filled: Home, tmp_path: Path) -> None:
    copied_without_its_log(filled)
    with pytest.raises(ZorgmartError, match="lacks 1 of the 5"):
        back_up(filled.home, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_dates_and_days_are_those_of_the_landing(filled: Home) -> None:
    assert {entry.name[1] for entry in Journal(filled.home).read().values()} == {DAY}
