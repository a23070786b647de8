"""The folder a release is built in: made, locked, sealed, given its name, and swept after a death.

Knows nothing of what stands in it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from dagster_project.errors import ZorgmartError
from dagster_project.publish.pointer import fsync, publish_lock


@contextmanager
def build_folder(published: Path, release_id: str) -> Iterator[Path]:
    """A folder of this attempt alone, gone afterwards unless it was given its name.

    Its lock lives as long as the process, so a later run can tell the dead builds and sweeps them.
    """
    folder = published / f".building-{release_id}-{os.getpid()}"
    with publish_lock(published):
        sweep(published)
        if folder.exists():
            raise ZorgmartError(f"{release_id} is being built by this very process; wait for it to end")
        folder.mkdir()
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def sweep(published: Path) -> None:
    """Removes what dead builds left behind; a living build holds its folder's lock. Call under `publish_lock`."""
    for folder in published.glob(".building-*"):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)


def seal(folder: Path) -> None:
    """Makes every file read-only, for its owner alone, and brings files and folders to the disk."""
    paths = list(folder.rglob("*"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(_seal_file, (path for path in paths if path.is_file())))
    for path in [*(path for path in paths if path.is_dir()), folder]:
        fsync(path)


def _seal_file(path: Path) -> None:
    """A file that other releases have too was sealed with them, and their readers may have been let in since."""
    if path.stat().st_nlink == 1 or path.stat().st_mode & 0o222:
        path.chmod(0o400)
    fsync(path)


def settle(folder: Path, target: Path) -> None:
    """Gives a sealed folder its name; a damaged release in its place goes. Call under `publish_lock`."""
    if target.exists():
        aside = target.with_name(f".building-damaged-{target.name}-{os.getpid()}")
        target.rename(aside)
        folder.rename(target)
        shutil.rmtree(aside)
    else:
        folder.rename(target)
    fsync(target.parent)
