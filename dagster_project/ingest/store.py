"""Judged rows as Parquet under `<home>/store/<feed>/`: written beside, made durable, then named.

A file that no version of the ledger names is swept; nothing here knows what a row means.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project.errors import ZorgmartError
from dagster_project.ingest.archive import sync_folder
from dagster_project.ingest.validate import Judged

FORMAT: dict[str, Any] = {"compression": "zstd", "compression_level": 1, "row_group_size": 122_880}


class Store:
    """Files are named after the first version in them; their paths are relative to the home folder."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def sweep(self, named: set[str]) -> None:
        """Remove what no version names: what a killed run left, and judgements that were all made again."""
        for path in (self._home / "store").glob("*/*"):
            if str(path.relative_to(self._home)) not in named:
                path.unlink()

    def missing(self, named: set[str]) -> set[str]:
        """Files that a version names and that are gone; they can be made again from the archive."""
        return {name for name in named if not (self._home / name).exists()}

    def output(self, feed: str, first_version: int) -> Output:
        """Where the rows of one batch go."""
        return Output(self._home, feed, first_version)


class Output:
    """One file of accepted and one of quarantined rows, in as many pieces as they come."""

    def __init__(self, home: Path, feed: str, first_version: int) -> None:
        self._home, self._folder = home, home / "store" / feed
        self._folder.mkdir(parents=True, exist_ok=True)
        self._accepted = self._folder / f"accepted-{first_version:010d}.parquet"
        self._quarantined = self._folder / f"quarantined-{first_version:010d}.parquet"
        self._digests: dict[str, str] = {}
        self._pieces: dict[Path, list[Path]] = {self._accepted: [], self._quarantined: []}

    def add(self, judged: Sequence[Judged]) -> None:
        """Write these rows to disk."""
        self._write(self._accepted, [one.accepted for one in judged])
        self._write(self._quarantined, [_as_stored(one.quarantined) for one in judged])

    def publish(self) -> tuple[str | None, str | None]:
        """Name the files, durably; gives the paths of accepted and of quarantined rows, None where there are none."""
        accepted, quarantined = (self._publish(target, pieces) for target, pieces in self._pieces.items())
        return accepted, quarantined

    @property
    def digests(self) -> dict[str, str]:
        """The sha256 of each published file, by path."""
        return dict(self._digests)

    def discard(self) -> None:
        """Remove what was written."""
        for piece in (piece for pieces in self._pieces.values() for piece in pieces):
            piece.unlink()

    def _write(self, target: Path, frames: list[pl.DataFrame]) -> None:
        frames = [frame for frame in frames if frame.height]
        if frames:
            piece = target.with_suffix(f".{len(self._pieces[target])}.unfinished")
            pl.concat(frames).write_parquet(piece, **FORMAT)
            self._pieces[target].append(piece)

    def _publish(self, target: Path, pieces: list[Path]) -> str | None:
        if not pieces:
            return None
        whole = pieces[0]
        if len(pieces) > 1:
            whole = target.with_suffix(".unfinished")
            rows = pl.scan_parquet(pieces, glob=False, hive_partitioning=False)
            rows.sink_parquet(whole, **FORMAT)
        name = str(target.relative_to(self._home))
        with whole.open("rb") as file:
            os.fsync(file.fileno())
            self._digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
        whole.replace(target)
        sync_folder(self._folder)
        for piece in pieces[len(pieces) == 1 :]:
            piece.unlink()
        return name


def _as_stored(quarantined: pl.DataFrame) -> pl.DataFrame:
    """Rows with what their rules say of them in brackets behind their text."""
    said = pl.col("said").list.drop_nulls()
    behind = pl.when(said.list.len() > 0).then(pl.format(" [{}]", said.list.join("; "))).otherwise(pl.lit(""))
    return quarantined.with_columns(pl.col("row_text") + behind).drop("said")


def check_stored(home: Path, digests: dict[str, str], files: Iterable[str]) -> None:
    """Raise ZorgmartError unless these files are as they were written; see `Ledger.stored`.

    For whoever loads them: a reader takes a flipped bit of a Parquet file for another number.
    """
    names = list(files)
    with ThreadPoolExecutor() as pool:
        found = pool.map(_digest, (home / name for name in names))
        damaged = [name for name, digest in zip(names, found, strict=True) if digest != digests.get(name, "")]
    if damaged:
        raise ZorgmartError(
            f"The stored file {home / damaged[0]} is damaged or gone; delete it and run again, to make it again."
        )


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
