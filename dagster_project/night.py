"""What one run builds: its date, its release, and what the pointer named when it began.

The run writes it down once the deliveries are in, and every later step reads it, so that a delivery that
lands meanwhile waits for the next run.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from dagster_project.clock import today
from dagster_project.errors import ZorgmartError
from dagster_project.ingest.landing import scan
from dagster_project.ingest.ledger import Ledger

_FILE = "night.json"


@dataclass(frozen=True)
class Night:
    """One run: ISO date, release id, code version, ISO instant of its begin, release that stood then."""

    as_of: str
    release_id: str
    code_version: str
    started_at: str
    expected_current: str | None

    def save(self, home: Path) -> None:
        (home / _FILE).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def read_night(home: Path) -> Night:
    """The run that is under way, or the last one."""
    return Night(**json.loads((home / _FILE).read_text(encoding="utf-8")))


def require_past(asked: date | None, *, make_current: bool) -> None:
    """Raise ZorgmartError for a date that is still to come, whose release would keep every night until then from
    becoming current, unless that is asked for."""
    if asked is not None and asked > today() and not make_current:
        raise ZorgmartError(
            f"The date {asked} is in the future, and every night until then would leave `current` there; give a date up"
            " to today, or --make-current if that is meant."
        )


def run_date(home: Path, asked: date | None, landing: Path | None = None) -> date:
    """The date asked for, or the newest delivery date that is not in the future: the same deliveries, the same
    release, whatever day it is. The door looks in the landing folder too; what comes after it goes by the ledger.
    Raises ZorgmartError when nothing was ever delivered."""
    if asked is not None:
        return asked
    with Ledger(home) as ledger:
        known = ledger.versions(today())["delivery_date"].to_list()
    lying = scan(landing).found if landing else []
    dates = [found.delivery_date for found in lying if found.delivery_date <= today()] + known
    if not dates:
        raise ZorgmartError(
            f"Nothing was delivered in {landing or 'the landing folder'}; put files in <feed>/<YYYY-MM-DD>/,"
            " or run `zorgmart sample`."
        )
    return max(dates)
