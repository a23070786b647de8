"""The last run and what became of it, from the command line's own record and from Dagster's list of runs."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dagster_project.run.record import RunRecord, last_record
from dagster_project.sqlite_reading import connect_to_read

_NEWEST = "select status, start_time, end_time, create_timestamp from runs order by id desc limit 1"
_OUTCOMES = {"SUCCESS": "published", "FAILURE": "failed", "CANCELED": "stopped"}


@dataclass(frozen=True)
class LastRun:
    """`outcome` is published, blocked, failed, stopped, killed, running, or none where nothing ever ran."""

    outcome: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""


def last_run(home: Path) -> LastRun:
    """The newest run of either kind; a job that Dagster ran without publishing, such as a backfill, counts as one."""
    record, of_dagster = last_record(home), _of_dagster(home)
    if record is None:
        return of_dagster or LastRun("none")
    own = _own(record)
    is_newer = of_dagster and of_dagster.started_at and of_dagster.started_at > (own.ended_at or datetime.now(UTC))
    return of_dagster if of_dagster and is_newer else own


def _own(record: RunRecord) -> LastRun:
    outcome: str = record.outcome
    if outcome == "running" and not _lives(record.pid):
        outcome = "killed"
    ended_at = datetime.fromisoformat(record.ended_at) if record.ended_at else None
    return LastRun(outcome, datetime.fromisoformat(record.started_at), ended_at, record.reason)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _of_dagster(home: Path) -> LastRun | None:
    """Dagster's own file, for its library takes seconds and would write into the home."""
    file = home / "dagster" / "history" / "runs.db"
    try:
        with closing(connect_to_read(file, timeout=5)) as connection:
            found = connection.execute(_NEWEST).fetchone()
    except sqlite3.Error:
        return None
    if found is None:
        return None
    status, started, ended, created = found
    started_at = _instant(started) or datetime.fromisoformat(created).replace(tzinfo=UTC)
    return LastRun(_OUTCOMES.get(status, "running"), started_at, _instant(ended))


def _instant(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
