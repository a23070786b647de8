"""Releases for a group of readers; the slices of insurers, each of which is for one recipient, stand elsewhere.

Without a group, a release is its owner's alone.
"""

from __future__ import annotations

import os
from pathlib import Path

from dagster_project.publish.pointer import published_folder, releases

_HOME, _FOLDER, _FILE = 0o710, 0o750, 0o440


def grant(release: Path, group: int | None) -> None:
    """Let the group read a release that is sealed; its own folder comes last, so none sees half of it."""
    if group is None:
        return
    for path in release.iterdir():
        _give(path, group)
    _open(release, group, _FOLDER)


def grant_all(home: Path, group: int | None) -> None:
    """Let the group reach the releases of a home, those too that were made before the setting named it."""
    if group is None:
        return
    published = published_folder(home)
    published.mkdir(parents=True, exist_ok=True)
    for release in releases(home):
        status = release.path.stat()
        if (status.st_gid, status.st_mode & 0o777) != (group, _FOLDER):
            grant(release.path, group)
    _open(published, group, _FOLDER)
    _open(home, group, _HOME)


def _give(path: Path, group: int) -> None:
    if path.is_dir():
        for entry in path.iterdir():
            _give(entry, group)
    _open(path, group, _FOLDER if path.is_dir() else _FILE)


def _open(path: Path, group: int, mode: int) -> None:
    """The group first: a mode for a group that is not yet the readers' would let another in."""
    os.chown(path, -1, group)
    path.chmod(mode)
