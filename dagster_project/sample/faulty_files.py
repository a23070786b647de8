"""Whole files that are wrong: rejected ones, files that are no delivery, and files delivered twice."""

from __future__ import annotations

import gzip
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl

from dagster_project.sample.days import Calendar
from dagster_project.sample.fault_plan import FaultPlan, sound_row
from dagster_project.sample.ground_truth import OddFile, Planted

EACH, REPEATED = 3, 3
FEEDS_HIT = ("declarations", "capacity_snapshots")


def _bad_encoding(rows: pl.DataFrame) -> bytes:
    first = rows.columns[0]
    return rows.with_columns(pl.lit("café").alias(first)).write_csv().encode("latin-1")


def _missing_column(rows: pl.DataFrame) -> bytes:
    return rows.drop("provider_agb").write_csv().encode()


def _unknown_column(rows: pl.DataFrame) -> bytes:
    return rows.with_columns(remark=pl.lit("seen")).write_csv().encode()


def _torn_parquet(rows: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    rows.write_parquet(buffer)
    return buffer.getvalue()[: len(buffer.getvalue()) // 2]


def _torn_gzip(rows: pl.DataFrame) -> bytes:
    packed = gzip.compress(rows.write_csv().encode(), mtime=0)
    return packed[: len(packed) // 2]


def _empty(rows: pl.DataFrame) -> bytes:
    return b""


REJECTED: tuple[tuple[str, str, Callable[[pl.DataFrame], bytes]], ...] = (
    ("bad_encoding", "csv", _bad_encoding),
    ("missing_column", "csv", _missing_column),
    ("unknown_column", "csv", _unknown_column),
    ("torn_parquet", "parquet", _torn_parquet),
    ("torn_gzip", "csv.gz", _torn_gzip),
    ("empty_file", "csv", _empty),
)
NON_FILES = {
    "part": "declarations-upload-{number}.csv.part",
    "tmp": "declarations-upload-{number}.csv.tmp",
    "hidden": ".declarations-{number}.csv",
}


def plant_odd_files(landing: Path, plan: FaultPlan, planted: Planted) -> None:
    """Puts each kind three times beside the sound files of the faulty dates; repeats some sound files a day later."""
    for turn in range(EACH):
        _rejected(landing, plan, planted, turn)
        _non_files(landing, plan, planted, turn)
    _repeat(landing, plan.world.calendar, plan.days(), planted)


def _rejected(landing: Path, plan: FaultPlan, planted: Planted, turn: int) -> None:
    days = plan.days()
    for index, (kind, suffix, content) in enumerate(REJECTED):
        feed, day = FEEDS_HIT[(turn + index) % 2], days[(turn * len(REJECTED) + index) % len(days)]
        name = f"{feed}-{kind.replace('_', '-')}-{turn + 1}.{suffix}"
        file = OddFile(feed, plan.world.calendar.date(day).isoformat(), name, kind)
        _put(landing, planted.rejected_files, file, content(pl.DataFrame([sound_row(plan, feed, day)])))


def _non_files(landing: Path, plan: FaultPlan, planted: Planted, turn: int) -> None:
    days = plan.days()
    for index, (kind, pattern) in enumerate(NON_FILES.items()):
        day = days[(turn + 5 * index + 2) % len(days)]
        delivered_on, name = plan.world.calendar.date(day).isoformat(), pattern.format(number=turn + 1)
        rows = pl.DataFrame([sound_row(plan, "declarations", day)])
        _put(landing, planted.non_files, OddFile("declarations", delivered_on, name, kind), rows.write_csv().encode())


def _put(landing: Path, listed: list[OddFile], file: OddFile, content: bytes) -> None:
    folder = landing / file.feed / file.delivery_date
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file.file).write_bytes(content)
    listed.append(file)


def _repeat(landing: Path, calendar: Calendar, faulty: list[int], planted: Planted) -> None:
    """The same bytes under another name and date: as rows go by key, they count once."""
    sound = [day for day in range(calendar.count - 1) if day not in faulty]
    for day in sound[:: max(len(sound) // REPEATED, 1)][:REPEATED]:
        before, after = calendar.date(day).isoformat(), calendar.date(day + 1).isoformat()
        source = next((landing / "declarations" / before).glob(f"declarations-{before}.*"))
        target = landing / "declarations" / after / f"again-{source.name}"
        shutil.copyfile(source, target)
        kind = f"the bytes of {before}/{source.name}"
        planted.repeated_files.append(OddFile("declarations", after, target.name, kind))
