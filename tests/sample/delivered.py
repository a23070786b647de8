"""Reads a sample back: whole feeds as text, and what the door makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.ingest import Ledger, ingest
from dagster_project.sample.patients import PSEUDONYM_KEY


def text(path: Path) -> pl.DataFrame:
    """One sound file as text, whatever its format; lines of another length are cut or filled."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    separator = ";" if path.suffix == ".csv" and b";" in path.read_bytes()[:200] else ","
    return pl.read_csv(path, separator=separator, infer_schema=False, truncate_ragged_lines=True)


def register(landing: Path, feed: str) -> pl.DataFrame:
    """All rows of a reference feed in the columns of its contract, as text."""
    files = sorted(landing.glob(f"{feed}/*/{feed}-*"))
    return pl.concat([text(path).cast(pl.String) for path in files], how="diagonal").select(FEEDS[feed].names)


@dataclass(frozen=True)
class Judged:
    """What the door did: accepted declarations, rules per quarantined row, rejected files, paths not read."""

    declarations: pl.DataFrame
    quarantine: dict[tuple[str, str, str, int], set[str]]
    rejected: set[tuple[str, str, str]]
    ignored: set[str]


def judged(landing: Path, home: Path, as_of: date) -> Judged:
    report = ingest(landing, home, PSEUDONYM_KEY, as_of=as_of)
    with Ledger(home) as ledger:
        versions = ledger.in_force(as_of)
    named = versions.select("version_id", "feed", pl.col("delivery_date").cast(pl.String), "file", "status")
    accepted = _stored(home, versions.filter(feed="declarations"), "store_file").join(named, on="version_id")
    quarantined = _stored(home, versions, "quarantine_file").join(named, on="version_id")
    rows = quarantined.select("feed", "delivery_date", "file", "row", "rules").iter_rows()
    rejected = named.filter(status="rejected").select("feed", "delivery_date", "file").iter_rows()
    return Judged(accepted, {row[:4]: set(row[4]) for row in rows}, set(rejected), {one.path for one in report.ignored})


def _stored(home: Path, versions: pl.DataFrame, column: str) -> pl.DataFrame:
    files = versions[column].drop_nulls().unique().sort()
    return pl.concat([pl.read_parquet(home / file, hive_partitioning=False) for file in files], how="diagonal")
