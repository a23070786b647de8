"""One writer of a home folder: a lock on a file of its own, held by the process that runs."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_project.errors import TemporaryError, error_because
from dagster_project.run.retrying import patiently

_held: set[Path] = set()


@contextmanager
def writer_lock(home: Path, *, patient: bool = False) -> Iterator[None]:
    """Hold the home folder for this process; a second holder in the same process passes.

    Raises TemporaryError when another process runs: its number is in the sentence; `patient` waits some seconds first.
    """
    path = home / ".lock"
    if path in _held:
        yield
        return
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        sentence = f"The home folder {home} can't be written: {error.strerror}; set ZORGMART_HOME."
        raise error_because(error, sentence) from None
    try:
        patiently(lambda: _lock(descriptor, home)) if patient else _lock(descriptor, home)
        _held.add(path)
        yield
    finally:
        _held.discard(path)
        os.close(descriptor)


def _lock(descriptor: int, home: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode().strip() or "unknown"
        raise TemporaryError(
            f"Another run (process {holder}) is writing {home}; wait until it ends and run again."
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
