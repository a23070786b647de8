"""Whether what is kept is as its hashes say: the archive by its names, releases by their manifests, the store by the
ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from dagster_project.ingest.ledger import Ledger
from dagster_project.publish.pointer import releases


@dataclass(frozen=True)
class Verified:
    """Files of one part of a home, and those of them that are damaged or gone, as paths within the home."""

    part: str
    files: int
    damaged: tuple[str, ...]


def verify(home: Path) -> list[Verified]:
    """Read everything that has a hash; as long as reading takes. Raises OSError, ValueError, sqlite3.Error and
    ZorgmartError where not even the hashes can be read."""
    return [_verified(home, part, expected) for part, expected in _expected(home)]


def _expected(home: Path) -> Iterator[tuple[str, list[tuple[Path, str]]]]:
    yield "archive", [(path, path.name) for path in sorted((home / "archive").glob("[0-9a-f][0-9a-f]/*"))]
    yield "store", _of_store(home)
    yield "releases", [pair for release in releases(home) for pair in _of_release(release.path, release.manifest())]


def _of_store(home: Path) -> list[tuple[Path, str]]:
    if not (home / "ledger.sqlite").exists():
        return []
    with Ledger(home, read_only=True) as ledger:
        lost = [v.sha256 for v in ledger.all_versions() if not (home / "archive" / v.sha256[:2] / v.sha256).exists()]
        stored = [(home / name, digest) for name, digest in sorted(ledger.stored().items())]
    return stored + [(home / "archive" / sha256[:2] / sha256, sha256) for sha256 in lost]


def _of_release(folder: Path, manifest: dict) -> list[tuple[Path, str]]:
    return [(folder / name, told["sha256"]) for name, told in sorted(manifest["files"].items())]


def _verified(home: Path, part: str, expected: Iterable[tuple[Path, str]]) -> Verified:
    """Files that are one under several names are read once."""
    pairs = list(expected)
    distinct = {_inode(path): path for path, _ in pairs}
    with ThreadPoolExecutor(4) as pool:
        found = dict(zip(distinct, pool.map(_digest, distinct.values()), strict=True))
    damaged = tuple(_within(path, home) for path, digest in pairs if found[_inode(path)] != digest)
    return Verified(part, len(pairs), damaged)


def _inode(path: Path) -> tuple[int, int] | Path:
    try:
        status = path.stat()
    except OSError:
        return path
    return status.st_dev, status.st_ino


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _within(path: Path, home: Path) -> str:
    return str(path.relative_to(home)) if path.is_relative_to(home) else str(path)
