"""What would happen to one file: judged as the ingest judges it, with nothing loaded and nothing kept.

The return file tells its deliverer row by row what to mend; it names rows and rules, never a value.
"""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS, Feed
from dagster_project.feeds.contract import BSN_IN
from dagster_project.ingest.archive import UnreadableFile, read_whole
from dagster_project.ingest.batches import check, judge_together, learned, merged, open_parts
from dagster_project.ingest.bsn_guard import Guard
from dagster_project.ingest.bsn_numbers import holds_bsn
from dagster_project.ingest.duplicate_keys import Repeats
from dagster_project.ingest.landing import BSN_IN_NAME, ENDINGS, RETURN
from dagster_project.ingest.masking import shown_name
from dagster_project.ingest.reading import Origin, Part
from dagster_project.ingest.rejected import Rejected
from dagster_project.ingest.row_rules import LOCAL_ZONE
from dagster_project.ingest.serial_numbers import SerialNumbers
from dagster_project.ingest.validate import Tally
from dagster_project.plain_text import for_spreadsheet

SHOWN_ROWS = 5
RETURN_COLUMNS = ("row", "column", "rule", "sentence")


@dataclass
class BrokenRule:
    """One rule that rows of the file break: how many, and the first of them."""

    name: str
    sentence: str
    count: int
    first_rows: list[int]


@dataclass
class CheckReport:
    """What the ingest would do with the file; `reason` (`code: sentence`) is set if it would be rejected whole."""

    feed: str
    file: str
    delivery_date: date
    reason: str | None = None
    tally: Tally = field(default_factory=Tally)
    broken: list[BrokenRule] = field(default_factory=list)
    return_file: Path | None = None

    @property
    def is_rejected(self) -> bool:
        return self.reason is not None


def check_file(
    feed: str,
    path: Path,
    key: str | None = None,
    return_folder: Path | None = None,
    serial: SerialNumbers | None = None,
) -> CheckReport:
    """Judge one file as delivered today, or on the date of its folder, and write `<name>.return.csv` beside it.

    Reference rules are not judged here: they ask for the other feeds. Raises ZorgmartError for a feed or a file that
    is not there.
    """
    contract = FEEDS.get(feed)
    if contract is None:
        raise ZorgmartError(f"There is no feed {feed!r}; choose one of {', '.join(FEEDS)}.")
    if not path.name.endswith(ENDINGS):
        raise ZorgmartError(f"{path} is no delivery: its name must end in {', '.join(ENDINGS)}.")
    if holds_bsn(path.name):
        raise ZorgmartError(f"{shown_name(path.name)} is not read: {BSN_IN_NAME}.")
    report = CheckReport(feed, path.name, _delivery_date(path))
    broken = _no_rows()
    try:
        broken = _judge(contract, path, key or secrets.token_hex(32), report, serial or SerialNumbers())
    except Rejected as rejection:
        report.reason, report.tally = str(rejection), Tally()
    except (UnreadableFile, OSError) as error:
        raise ZorgmartError(f"{path} can't be read ({error}).") from error
    report.broken = _summary(contract, broken)
    target = (return_folder or path.parent) / (path.name + RETURN)
    try:
        report.return_file = _write_return(contract, report, broken, target)
        shutil.copymode(path, target)  # whoever may read the file may read what is wrong with it
    except OSError as error:
        raise ZorgmartError(f"The return file {target} can't be written ({error}); give another folder.") from error
    return report


def _judge(feed: Feed, path: Path, key: str, report: CheckReport, serial: SerialNumbers) -> pl.DataFrame:
    """row, rule, said of every rule that a row breaks; counts go into the report. Raises Rejected."""
    origin, repeats = Origin(1, report.delivery_date), Repeats(feed, in_pieces=True)
    source, broken = read_whole(path), [_no_rows()]
    guard = Guard(feed, serial.columns(feed.name, {origin.version_id: path.name}), in_pieces=True)
    learned(feed, open_parts(feed, origin, source, path.name), guard)
    for part in open_parts(feed, origin, source, path.name):
        broken.append(_judge_part(feed, part, key, repeats, guard, report))
    check(report.tally)
    return pl.concat(broken).sort("row", maintain_order=True)


def _judge_part(feed: Feed, part: Part, key: str, repeats: Repeats, guard: Guard, report: CheckReport) -> pl.DataFrame:
    judged = judge_together(feed, [part], key, repeats, guard)
    report.tally += merged(judged)[1]
    rows = pl.concat(one.quarantined for one in judged)
    return rows.select("row", pl.col("rules").alias("rule"), "said").explode("rule", "said").cast(_no_rows().schema)


def _no_rows() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int32, "rule": pl.String, "said": pl.String})


def _delivery_date(path: Path) -> date:
    try:
        return date.fromisoformat(path.absolute().parent.name)
    except ValueError:
        return datetime.now(ZoneInfo(LOCAL_ZONE)).date()


def _summary(feed: Feed, broken: pl.DataFrame) -> list[BrokenRule]:
    counts = dict(
        broken.group_by("rule").agg(pl.len(), pl.col("row").head(SHOWN_ROWS)).rows_by_key("rule", unique=True)
    )
    rules = [rule for rule in feed.door_rules if rule.name in counts]
    return [BrokenRule(rule.name, rule.sentence, *counts[rule.name]) for rule in rules]


def _write_return(feed: Feed, report: CheckReport, broken: pl.DataFrame, target: Path) -> Path:
    """The return file: a line for each rule that each row breaks, or one line without a row for the whole file."""
    rules = {rule.name: (_column(feed, rule.name), rule.name, rule.sentence) for rule in feed.door_rules}
    lines = [_line(row, said, *rules[rule]) for row, rule, said in broken.iter_rows()]
    if report.reason:
        lines = [("", "", "rejected", report.reason)]
    unfinished = target.with_name(target.name + ".tmp")
    told = pl.DataFrame(lines, dict.fromkeys(RETURN_COLUMNS, pl.String), orient="row")
    told.with_columns(for_spreadsheet(pl.all())).write_csv(unfinished)
    unfinished.replace(target)
    return target


def _line(row: int, said: str | None, column: str, rule: str, sentence: str) -> tuple[str, ...]:
    """What is said of the row itself goes first."""
    return (str(row), column, rule, f"{said}. {sentence}" if said else sentence)


def _column(feed: Feed, rule: str) -> str:
    """The column that a rule speaks of, if it is one column's."""
    prefixes = ("missing_", "invalid_", "untidy_", BSN_IN)
    name = rule.removeprefix(next((prefix for prefix in prefixes if rule.startswith(prefix)), ""))
    return name if name != rule and name in feed.names else ""
