"""The landing folder while a sample is written: files go through here, with the faulty rows planned for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import polars as pl

from dagster_project.sample.care import World
from dagster_project.sample.companion_rows import Beside
from dagster_project.sample.fault_plan import FaultPlan, RawRow
from dagster_project.sample.files import SUFFIX, Style, csv_bytes, file_bytes, parquet_bytes, separator
from dagster_project.sample.ground_truth import Fault, Planted
from dagster_project.sample.random_streams import stream
from dagster_project.sample.raw_rows import with_raw_rows


@dataclass
class Landing:
    """The folder, what is planted in it, and what was written: files, and rows per feed."""

    root: Path
    world: World
    plan: FaultPlan
    planted: Planted
    beside: Beside
    files: int = 0
    rows: dict[str, int] = field(default_factory=dict)

    def write(self, feed: str, day: int, frame: pl.DataFrame, style: Style) -> None:
        """The feed's file of a delivery date, with its planted rows and its faulty ones; those need CSV."""
        if planted := self.beside.taken(feed, day):
            frame = pl.concat([frame, pl.DataFrame(planted, schema=frame.schema)])
        raw = self.plan.rows.get((feed, day), [])
        chosen: Style = "comma" if raw and style == "parquet" else style
        name = f"{feed}-{self.world.calendar.date(day)}.{SUFFIX[chosen]}"
        if chosen == "parquet":
            content = parquet_bytes(frame)
        else:
            content = file_bytes(self._csv(feed, day, name, csv_bytes(frame, chosen), separator(chosen), raw), chosen)
        self._put(feed, day, name, content, frame.height + len(raw))

    def write_late(self) -> None:
        """The reference rows that come later than what refers to them."""
        for (feed, day), rows in self.plan.late.items():
            self._put(feed, day, f"{feed}-late.csv", csv_bytes(pl.DataFrame(rows), "comma"), len(rows))

    def _csv(self, feed: str, day: int, name: str, csv: bytes, separated_by: str, raw: list[RawRow]) -> bytes:
        if not raw:
            return csv
        draws = stream(self.world.seed, "positions", crc32(feed.encode()), day)
        content, numbers = with_raw_rows(csv, separated_by, raw, draws)
        delivered_on = self.world.calendar.date(day).isoformat()
        self.planted.faults += [
            Fault(feed, delivered_on, name, number, row.kind, list(row.rules), list(row.may_also), row.heals_on)
            for number, row in zip(numbers, raw, strict=True)
            if row.rules
        ]
        return content

    def _put(self, feed: str, day: int, name: str, content: bytes, rows: int) -> None:
        folder = self.root / feed / self.world.calendar.date(day).isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        self.files += 1
        self.rows[feed] = self.rows.get(feed, 0) + rows
