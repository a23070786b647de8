"""The ledger made again: every version that is known to have been received is judged again, from the archive.

The new ledger is made beside the old one and takes its place when it is whole; the old one is kept.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from dagster_project.errors import ZorgmartError
from dagster_project.ingest import ledger_releases
from dagster_project.ingest.archive import Archive, sync_folder
from dagster_project.ingest.journal import Entry, Journal
from dagster_project.ingest.ledger import Ledger, Version
from dagster_project.ingest.ledger_releases import Published
from dagster_project.ingest.pseudonym import check_key, fingerprint
from dagster_project.ingest.receive import Progress, judge_from_archive
from dagster_project.recovery.known_versions import known_versions
from dagster_project.run.lock import writer_lock

FILES = ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm")


@dataclass(frozen=True)
class Rebuilt:
    """What a new ledger knows, and where the one before is kept (None: there was none)."""

    versions: int
    rejected: int
    before: Path | None


def rebuild_ledger(home: Path, key: str, progress: Progress | None = None) -> Rebuilt:
    """Make the ledger again from the archive, its journal and the manifests. Raises ZorgmartError; until the new ledger
    is whole nothing is changed."""
    check_key(key)
    if not home.is_dir():
        raise ZorgmartError(f"There is no home folder {home}; set ZORGMART_HOME or give --home.")
    with writer_lock(home):
        entries = known_versions(home)
        _require_possible(home, entries, key)
        folder = home / "rebuilding"
        shutil.rmtree(folder, ignore_errors=True)
        rejected = _make(home, folder, entries, key, progress)
        before = _put_in_place(home, folder)
        with Ledger(home) as ledger:
            Journal(home).replace(Entry.of(version, fingerprint(key)) for version in ledger.all_versions())
    return Rebuilt(len(entries), rejected, before)


def _require_possible(home: Path, entries: list[Entry], key: str) -> None:
    if not entries:
        raise ZorgmartError(
            f"Nothing under {home} tells what was delivered: neither archive/received.jsonl nor a release; restore the"
            " backup, or deliver the files again."
        )
    if {entry.key for entry in entries} - {"", fingerprint(key)}:
        raise ZorgmartError(
            "ZORGMART_PSEUDONYM_KEY is not the key that this home folder was filled with; set that key and try again."
        )
    archive = Archive(home)
    lost = [entry for entry in entries if not archive.path(entry.sha256).is_file()]
    if lost:
        raise ZorgmartError(
            f"The archive lacks the bytes of {len(lost):,} of the {len(entries):,} delivered versions (the first is"
            f" {lost[0].path}); restore archive/ from a backup and try again."
        )


def _make(home: Path, folder: Path, entries: list[Entry], key: str, progress: Progress | None) -> int:
    """Judge all versions into a ledger in a folder of its own; gives how many were rejected."""
    with Ledger(folder) as ledger:
        ledger.check_key(fingerprint(key))
        # Rows in the store carry the number of a judgement: none may come a second time.
        ledger.skip_version_ids(max(_last_in_store(home), _last_in_ledger(home)))
        judge_from_archive(home, key, ledger, [_version(entry) for entry in entries], progress)
        ledger_releases.keep(ledger, _releases(home))
        made = ledger.all_versions()
    if len(made) != len(entries):
        raise ZorgmartError(f"Only {len(made):,} of {len(entries):,} versions were judged; the ledger stays as it was.")
    return sum(version.status == "rejected" for version in made)


def _releases(home: Path) -> list[Published]:
    """What the ledger kept of releases that may be gone; those that are there the next run writes down."""
    try:
        with Ledger(home, read_only=True) as ledger:
            kept = [ledger_releases.kept(ledger, release_id) for release_id in ledger.kept_releases()]
            return [release for release in kept if release]
    except (ZorgmartError, sqlite3.Error):
        return []


def _version(entry: Entry) -> Version:
    """A version of which no judgement is known."""
    name = (entry.feed, date.fromisoformat(entry.delivery_date), entry.file)
    return Version(entry.received, 0, *name, entry.sha256, entry.bytes, "", "", received_at=entry.instant)


def _last_in_store(home: Path) -> int:
    numbers = (re.search(r"-(\d+)\.", file.name) for file in (home / "store").glob("*/*"))
    # A store file is named after the first of its versions; a batch has at most some thousands.
    return max((int(found[1]) for found in numbers if found), default=0) + 1_000_000


def _last_in_ledger(home: Path) -> int:
    try:
        with Ledger(home, read_only=True) as ledger:
            return ledger.last_numbers()[1]
    except (ZorgmartError, sqlite3.Error):
        return 0


def _put_in_place(home: Path, folder: Path) -> Path | None:
    """The new ledger in place of the old one, which is moved aside. A kill in between leaves no ledger, and a run or
    another rebuild says so."""
    old = [home / name for name in FILES if (home / name).exists()]
    before = home / f"ledger-before-{datetime.now(UTC):%Y%m%dT%H%M%S}" if old else None
    if before:
        before.mkdir(mode=0o700)
        for file in old:
            file.replace(before / file.name)
    (folder / "ledger.sqlite").replace(home / "ledger.sqlite")
    sync_folder(home)
    shutil.rmtree(folder)
    return before
