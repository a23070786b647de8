"""What became of the last `zorgmart run` in a home: a small file for whoever asks later, such as `zorgmart status`.

It is told also of a run that ended before Dagster began. Nothing rests on it: a home without it is whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from dagster_project.clock import now
from dagster_project.errors import HeldBack

Outcome = Literal["running", "published", "blocked", "failed"]
_FILE = "last_run.json"


@dataclass(frozen=True)
class RunRecord:
    """One run: its process, ISO instants in UTC, and for one that published nothing the first line of why."""

    pid: int
    started_at: str
    outcome: Outcome
    ended_at: str | None = None
    reason: str = ""


@contextmanager
def recorded(home: Path) -> Iterator[None]:
    """Write down the run that goes on inside; its caller holds the home's lock."""
    record = RunRecord(os.getpid(), now(), "running")
    _save(home, record)
    outcome, reason = "published", ""
    try:
        yield
    except BaseException as error:
        outcome = "blocked" if isinstance(error, HeldBack) else "failed"
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise
    finally:
        _save(home, replace(record, outcome=outcome, ended_at=now(), reason=reason))


def last_record(home: Path) -> RunRecord | None:
    """The last run; None if there was none, or if the file can't be read."""
    try:
        return RunRecord(**json.loads((home / _FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _save(home: Path, record: RunRecord) -> None:
    """A full disk is told by the run itself."""
    unfinished = home / f".{_FILE}.unfinished"
    with suppress(OSError):
        unfinished.write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
        unfinished.replace(home / _FILE)
