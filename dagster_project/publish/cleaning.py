"""Removing releases that nobody needs any more, with their slices and the parts that no other release has."""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dagster_project.publish import build_folder
from dagster_project.publish.parts import sweep_store
from dagster_project.publish.pointer import Release, publish_lock, published_folder, releases
from dagster_project.publish.slices import slices_folder

POINTERS = ("current", "approved")
_FLOCK = "hhqqi"
"""Of fcntl's struct flock: kind, whence, start, length, process."""


@dataclass(frozen=True)
class Cleaned:
    """Releases that were removed, those beyond the retention that somebody has open, and the bytes that came free."""

    removed: tuple[str, ...]
    open: tuple[str, ...]
    bytes: int


def clean(home: Path, keep: int) -> Cleaned:
    """Removes all but the newest `keep` releases, the last one of each month, those that a pointer names, and those
    that are open. A kill on the way loses nothing: what has lost its name is swept by the next run or cleaning."""
    published = published_folder(home)
    published.mkdir(parents=True, exist_ok=True)
    removed, in_use, freed = [], [], 0
    with publish_lock(published):
        build_folder.sweep(published)
        for release in beyond(releases(home), keep, _pointed_at(published)):
            if is_open(release):
                in_use.append(release.release_id)
                continue
            slices = slices_folder(release)
            freed += _of_its_own(release.path) + _of_its_own(slices)
            aside = published / f".building-removed-{release.release_id}"
            release.path.rename(aside)
            shutil.rmtree(aside)
            shutil.rmtree(slices, ignore_errors=True)
            removed.append(release.release_id)
        freed += sweep_store(published)
    return Cleaned(tuple(removed), tuple(in_use), freed)


def beyond(found: Iterable[Release], keep: int, pointed_at: frozenset[str]) -> list[Release]:
    """The releases beyond the retention, of all of them in the order of their ids."""
    ordered = list(found)
    last_of_month = {release.release_id[:7]: release.release_id for release in ordered}
    kept = {release.release_id for release in ordered[-keep:]} | set(last_of_month.values()) | pointed_at
    return [release for release in ordered if release.release_id not in kept]


def _pointed_at(published: Path) -> frozenset[str]:
    return frozenset((published / name).readlink().name for name in POINTERS if (published / name).is_symlink())


def is_open(release: Release) -> bool:
    """Whether another process reads it: DuckDB holds a lock on a file for as long as it has it open."""
    descriptor = os.open(release.database, os.O_RDONLY)
    try:
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, *_ = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
    finally:
        os.close(descriptor)
    return kind != fcntl.F_UNLCK


def _of_its_own(folder: Path) -> int:
    """Bytes of the files that stand under one name."""
    files = (path.lstat() for path in folder.rglob("*") if path.is_file())
    return sum(status.st_size for status in files if status.st_nlink == 1)
