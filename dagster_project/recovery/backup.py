"""A backup that is whole: everything of a home that can't be made again, in one consistent state.

A folder that was a backup before is brought up to date: what is named by its content, or never changes, is not copied
again. The ledger, and after it the journal of the archive, are replaced last, so a backup that broke off stays usable.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from dagster_project.errors import ZorgmartError
from dagster_project.ingest.archive import sync_folder
from dagster_project.ingest.journal import Journal
from dagster_project.recovery.rebuild import FILES
from dagster_project.run.completeness import require_complete
from dagster_project.run.lock import writer_lock

CACHES = frozenset(
    {"warehouse.duckdb", "warehouse.duckdb.wal", "warehouse.duckdb.tmp", "spill", "dbt", "dagster", "slices"}
)
"""What a run makes again; Dagster's history is the one thing among it that is lost."""

UNFINISHED = ("incoming", "rebuilding", ".lock")


@dataclass(frozen=True)
class BackedUp:
    """Files in the backup, and how many files and bytes of them this time copied."""

    files: int
    copied: int
    bytes: int


def back_up(home: Path, folder: Path) -> BackedUp:
    """Copy a home to a folder of its own. Raises ZorgmartError; the home is not changed."""
    folder = folder.absolute()
    if not (home / FILES[0]).is_file():
        raise ZorgmartError(f"There is no ledger in {home}, so there is nothing to back up; set ZORGMART_HOME.")
    if folder.is_relative_to(home):
        raise ZorgmartError(f"A backup in {folder} would go with the home that it is of; give a folder elsewhere.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / FILES[0]).exists():
        raise ZorgmartError(f"{folder} holds something that is no backup; give a new folder.")
    try:
        with writer_lock(home):
            require_complete(home)
            return _copy(home, folder)
    except (OSError, sqlite3.Error) as error:
        raise ZorgmartError(f"The backup stopped ({error}); mend that and run it again.") from error


def _copy(home: Path, folder: Path) -> BackedUp:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    last = [Path("archive", Journal(home).path.name)]
    files = sorted(path for path in _files(home) if path not in last)
    links: dict[int, Path] = {}
    copied = [path for path in files if _bring(home / path, folder / path, links)]
    _copy_ledger(home, folder)
    copied += [path for path in last if (home / path).exists() and _bring(home / path, folder / path, links)]
    for path in {(folder / path).parent for path in copied} | {folder}:
        sync_folder(path)
    size = sum((home / path).lstat().st_size for path in copied)
    return BackedUp(len(files) + 1 + len(last), len(copied) + 1, size + (folder / FILES[0]).stat().st_size)


def _files(home: Path) -> Iterator[Path]:
    """Files and links below a home that belong in a backup, relative to it; the ledger has a way of its own."""
    for entry in sorted(home.iterdir()):
        if entry.name in CACHES or entry.name in FILES or entry.name in UNFINISHED:
            continue
        if entry.is_symlink() or not entry.is_dir():
            yield entry.relative_to(home)
            continue
        for path, folders, names in os.walk(entry):
            links = [name for name in folders if Path(path, name).is_symlink()]
            folders[:] = [name for name in folders if name not in links and not _is_unfinished(name)]
            yield from (Path(path, name).relative_to(home) for name in (*names, *links) if not _is_unfinished(name))


def _is_unfinished(name: str) -> bool:
    return name in UNFINISHED or name.startswith((".building-", ".current-")) or name.endswith(".unfinished")


def _bring(source: Path, target: Path, links: dict[int, Path]) -> bool:
    """Make the target as the source, by rename; False if it is already, by size and time. What is one file under
    several names stays one: `links` tells where an inode was brought to."""
    first = links.setdefault(source.lstat().st_ino, target)
    if source.is_symlink():
        if target.is_symlink() and target.readlink() == source.readlink():
            return False
    elif target.is_file() and _same(source.stat(), target.stat()):
        return False
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    if first != target:
        unfinished.hardlink_to(first)
    else:
        shutil.copy2(source, unfinished, follow_symlinks=False)
    if not unfinished.is_symlink():
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
    unfinished.replace(target)
    return True


def _same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def _copy_ledger(home: Path, folder: Path) -> None:
    """One file with all that was committed, also what stands in the write-ahead log."""
    unfinished = folder / ".ledger.unfinished"
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with closing(sqlite3.connect(home / FILES[0])) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
        target.execute("pragma journal_mode = delete")
        if target.execute("pragma integrity_check").fetchone()[0] != "ok":
            raise ZorgmartError(f"The ledger {home / FILES[0]} is damaged; restore it from an earlier backup.")
    os.fsync(descriptor)
    os.close(descriptor)
    for left in FILES[1:]:
        (folder / left).unlink(missing_ok=True)
    unfinished.replace(folder / FILES[0])
