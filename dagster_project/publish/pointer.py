"""Releases on disk and the pointer `published/current`: finding them, and moving it.

A release is whole the moment its folder has its name; the pointer is one symlink, replaced in one step.
What is in a release stands in `release.py`.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.errors import ZorgmartError

POINTER = "current"


@dataclass(frozen=True)
class Release:
    """One published release: its id and its own folder, never the pointer."""

    release_id: str
    path: Path

    @property
    def database(self) -> Path:
        return self.path / "zorgmart.duckdb"

    def manifest(self) -> dict[str, Any]:
        """Its manifest.json: as_of, deliveries, rows, money, checks, files, moved."""
        return json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))


def published_folder(home: Path) -> Path:
    return home / "published"


def current_id(home: Path) -> str | None:
    """The id that the pointer names, or None before the first release; looks at nothing else."""
    try:
        return (published_folder(home) / POINTER).readlink().name
    except FileNotFoundError:
        return None


def current_release(home: Path) -> Release | None:
    """The current release, or None before the first; keep it to stay on one release while reading.

    Raises ZorgmartError if the pointer names a release that is gone.
    """
    release_id = current_id(home)
    if release_id is None:
        return None
    release = Release(release_id, published_folder(home).resolve() / release_id)
    if not release.database.is_file():
        raise ZorgmartError(f"{published_folder(home) / POINTER} names {release_id}, which is gone; run `zorgmart run`")
    return release


def release_named(home: Path, release_id: str) -> Release:
    """A release that is kept, by its id. Raises ZorgmartError that names those there are."""
    found = next((release for release in releases(home) if release.release_id == release_id), None)
    if found is None:
        known = ", ".join(release.release_id for release in releases(home)) or "none"
        raise ZorgmartError(f"there is no release {release_id!r} under {home}; there are {known}")
    return found


def is_of_earlier_date(release_id: str, other: str | None) -> bool:
    """Whether a release is of an earlier date than another one; ids begin with their date."""
    return other is not None and release_id[:10] < other[:10]


def releases(home: Path) -> tuple[Release, ...]:
    """Every release kept, by id, so by as_of date; empty before the first."""
    folders = published_folder(home).resolve().glob("[0-9]*/manifest.json")
    return tuple(Release(file.parent.name, file.parent) for file in sorted(folders))


@contextmanager
def publish_lock(published: Path) -> Iterator[None]:
    """Holds the lock of the pointer; it is held for moments only, so it waits. The system drops it at a kill."""
    handle = os.open(published / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def require_current(home: Path, expected: str | None, release_id: str) -> None:
    """Raises ZorgmartError unless the pointer is as the run found it, or already names this release."""
    found = current_id(home)
    if found not in (expected, release_id):
        raise ZorgmartError(
            f"another run published {found} while this one worked from {expected or 'no release'};"
            f" {release_id} is not published, run `zorgmart run` again"
        )


def move_pointer(home: Path, release_id: str, expected: str | None) -> None:
    """Points `current` at a release by compare-and-swap; call it under `publish_lock`, after all is on disk."""
    require_current(home, expected, release_id)
    published = published_folder(home)
    if current_id(home) == release_id:
        return
    for left in published.glob(".current-*"):
        left.unlink()
    temporary = published / f".current-{uuid.uuid4().hex}"
    temporary.symlink_to(release_id, target_is_directory=True)
    temporary.replace(published / POINTER)
    fsync(published)


def fsync(path: Path) -> None:
    """Brings one file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
