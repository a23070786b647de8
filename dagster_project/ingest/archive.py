"""The bytes as delivered, kept for good under their sha256. Nothing here looks inside them.

A file is taken only if it is the same before and after it was read; one that still grows waits for the next run.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from uuid import uuid4

from dagster_project.errors import TemporaryError, ZorgmartError, error_because
from dagster_project.ingest.landing import Found, signature
from dagster_project.ingest.reading import BLOCK_BYTES

OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# A file changed this shortly before it was read may change again within one tick of its times.
SETTLED_NS = 2_000_000_000
COPY_BYTES = 1 << 22


@dataclass(frozen=True)
class Taken:
    """The bytes of a delivered file, or where the archive keeps them if they are many; `signature` may be empty."""

    sha256: str
    size: int
    data: bytes | Path
    signature: str


class Archive:
    """`<home>/archive/<first two of sha256>/<sha256>`, readable for its owner alone: it holds BSNs."""

    def __init__(self, home: Path) -> None:
        self._root = home / "archive"
        self._incoming = self._root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._root.chmod(0o700)

    def path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256

    def sweep(self) -> None:
        """Remove what a killed run left half copied."""
        for left in self._incoming.iterdir():
            left.unlink()

    def take(self, found: Found) -> Taken | None:
        """Read a file of the landing folder; None if it changed since it was found, while it was read.

        Raises UnreadableFile, TemporaryError where its folder is gone too: a share that is not there has no fault.
        """
        try:
            descriptor = os.open(found.path, OPEN)
        except OSError as error:
            if not found.path.parent.is_dir():
                raise TemporaryError(
                    f"The folder {found.path.parent} went away since it was listed; run again."
                ) from error
            raise UnreadableFile(f"it can't be opened: {error.strerror}") from error
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode) or signature(before) != found.signature:
                return None
            taken = self._read(file, before.st_size)
            after = os.fstat(file.fileno())
            if signature(after) != found.signature or taken.size != before.st_size:
                return None
        is_settled = time.time_ns() - max(after.st_mtime_ns, after.st_ctime_ns) > SETTLED_NS
        return Taken(taken.sha256, taken.size, taken.data, found.signature if is_settled else "")

    def again(self, sha256: str) -> Taken:
        """The bytes of an earlier delivery, checked against their name. Raises ZorgmartError if they are not there."""
        path = self.path(sha256)
        try:
            with path.open("rb", buffering=0) as file:
                size = os.fstat(file.fileno()).st_size
                data: bytes | Path = _all(file) if size <= BLOCK_BYTES else path
                found = hashlib.sha256(data) if isinstance(data, bytes) else hashlib.file_digest(file, "sha256")
        except OSError as error:
            sentence = f"The archive lacks {path} ({error.strerror}); restore it from a backup."
            raise error_because(error, sentence) from error
        if found.hexdigest() != sha256:
            raise ZorgmartError(f"The archived file {path} is damaged; restore it from a backup.")
        return Taken(sha256, size, data, "")

    def keep(self, taken: Taken) -> None:
        """Make sure, through a power cut too, that the archive has these bytes."""
        target = self.path(taken.sha256)
        if isinstance(taken.data, Path) or _holds(target, taken.sha256):
            return
        copy = self._incoming / uuid4().hex
        with open(copy, "xb", buffering=0, opener=_private) as file:
            _write(file, taken.data)
            os.fsync(file.fileno())
        self._settle(copy, target)

    def _read(self, file: FileIO, size: int) -> Taken:
        if size <= BLOCK_BYTES:
            data = _all(file)
            return Taken(hashlib.sha256(data).hexdigest(), len(data), data, "")
        return self._copy(file)

    def _copy(self, file: FileIO) -> Taken:
        digest, size, copy = hashlib.sha256(), 0, self._incoming / uuid4().hex
        with open(copy, "xb", buffering=0, opener=_private) as target:
            while data := file.read(COPY_BYTES):
                digest.update(data)
                _write(target, data)
                size += len(data)
            os.fsync(target.fileno())
        path = self.path(digest.hexdigest())
        self._settle(copy, path)
        return Taken(digest.hexdigest(), size, path, "")

    def _settle(self, copy: Path, target: Path) -> None:
        target.parent.mkdir(exist_ok=True)
        copy.replace(target)
        sync_folder(target.parent)


def _holds(path: Path, sha256: str) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def read_whole(path: Path) -> bytes | Path:
    """The bytes of a file outside the landing folder, or its path if they are many. Raises UnreadableFile, OSError."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile("it is no regular file")
        return _all(file) if status.st_size <= BLOCK_BYTES else path


class UnreadableFile(Exception):
    """A file of the landing folder that the system does not let us read; the text is the reason."""


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _all(file: FileIO) -> bytes:
    return b"".join(iter(lambda: file.read(BLOCK_BYTES), b""))


def _write(file: FileIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
