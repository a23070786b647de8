"""Judged rows as Parquet under `<home>/store/<feed>/`: written beside, made durable, then named; swept if no version names them."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from dagster_project.ingest.archive import sync_folder

UNFINISHED = ".unfinished"


class Store:
    """Files are named after the first version in them; their paths are relative to the home folder."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def sweep(self, named: set[str]) -> None:
        """Remove what no version names: what a killed run left, and judgements that were all made again."""
        for path in (self._home / "store").glob("*/*"):
            if str(path.relative_to(self._home)) not in named:
                path.unlink()

    def write(self, feed: str, kind: str, first_version: int, pieces: list[pl.DataFrame]) -> str | None:
        """Write the rows of one batch to one file and return its path; None if there are no rows."""
        pieces = [piece for piece in pieces if piece.height]
        if not pieces:
            return None
        folder = self._home / "store" / feed
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{kind}-{first_version:010d}.parquet"
        unfinished = target.with_suffix(UNFINISHED)
        pl.concat(pieces).write_parquet(unfinished, compression="zstd", compression_level=1)
        _publish(unfinished, target)
        return str(target.relative_to(self._home))


def _publish(unfinished: Path, target: Path) -> None:
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(unfinished, target)
    sync_folder(target.parent)
