"""The plan of a run: its date, what is known, which file versions count, the id of its release. Decided once.

A run writes its plan down once the deliveries are in, and every later step reads it, so that a delivery that lands
meanwhile, or a backfill beside the run, waits for the next run.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project.clock import instant, today
from dagster_project.errors import ZorgmartError
from dagster_project.ingest.ledger import Ledger, PassedOver
from dagster_project.ingest.pseudonym import fingerprint
from dagster_project.publish.pointer import current_id
from dagster_project.run.completeness import check_complete
from dagster_project.transform.project import code_version
from dagster_project.transform.release_id import release_id, release_nights

_FILE = "plan.json"
_DELIVERY = ("feed", "delivery_date", "file", "version", "sha256", "bytes", "status", "received_at")
"""What a manifest tells of a version: enough to write it into a ledger again."""


@dataclass(frozen=True)
class Asked:
    """What a run is asked for: deliveries dated up to `as_of` (None: the newest date that is not in the future), of
    those the versions received by `known_on` (an aware instant; None: all). With `make_current` the pointer moves
    back, too; with `full_refresh` the warehouse is built from nothing. `remakes` is a release that is made again."""

    as_of: date | None = None
    known_on: datetime | None = None
    make_current: bool = False
    full_refresh: bool = False
    remakes: str | None = None

    @property
    def until(self) -> date:
        """The last delivery date that can count."""
        return self.as_of or today()

    @property
    def config(self) -> dict[str, str | bool]:
        """As Dagster's run configuration has it (`defs.resources.Warehouse`)."""
        document = {"as_of": str(self.as_of or ""), "known_on": self.known_on.isoformat() if self.known_on else ""}
        document |= {"make_current": self.make_current, "full_refresh": self.full_refresh}
        return document | {"remakes": self.remakes or ""}


@dataclass(frozen=True)
class Known:
    """What the ledger has for a run: versions (see `Ledger.versions`), sha256 by store file, paths that were passed
    over, and the last instant that it names."""

    versions: pl.DataFrame
    stored: dict[str, str]
    not_read: tuple[PassedOver, ...]
    last_instant: datetime


@dataclass(frozen=True)
class Plan:
    """What one run makes. `nights` has for each delivery date the id of the release as of it; `deliveries` are the
    versions as a manifest lists them, dates and instants as ISO text; `key` is the fingerprint of the home's secret;
    `expected_current` is the id that `current` named when the plan was made."""

    as_of: date
    known_on: datetime
    release_id: str
    code_version: str
    key: str
    started_at: datetime
    expected_current: str | None
    nights: dict[date, str]
    deliveries: list[dict[str, Any]]

    def save(self, home: Path) -> None:
        document = asdict(self) | {"nights": {str(day): name for day, name in self.nights.items()}}
        (home / _FILE).write_text(json.dumps(document, default=str), encoding="utf-8")


def decide(asked: Asked, known: Known, *, now: datetime, code_version: str, key: str, current: str | None) -> Plan:
    """The plan for what is asked, from what is known; a function of its arguments alone.

    `now` is an aware instant. What was received later than the plan's `known_on` is not part of it, also where the
    clock was set back. Raises ZorgmartError when no delivery counts.
    """
    nights = release_nights(known.versions, code_version, key)
    if not nights:
        raise _nothing(asked)
    as_of = asked.as_of or max(nights)
    return Plan(
        as_of=as_of, known_on=asked.known_on or max(now, known.last_instant), release_id=release_id(nights, as_of),
        code_version=code_version, key=key, started_at=now.replace(microsecond=0), expected_current=current,
        nights=nights, deliveries=_deliveries(known.versions),
    )  # fmt: skip


def look(ledger: Ledger, asked: Asked) -> Known:
    """What a ledger has for a run."""
    versions = ledger.versions(asked.until, asked.known_on)
    return Known(versions, ledger.stored(), tuple(ledger.passed_over()), ledger.last_instant())


def plan_run(home: Path, asked: Asked, key: str) -> tuple[Plan, Known]:
    """The plan of a run that begins now in a home, with this secret, by the code that is installed; what it is made
    from. Raises ZorgmartError, also for a ledger that lacks versions."""
    current, code = current_id(home), code_version()
    with Ledger(home) as ledger:
        check_complete(home, ledger)
        known = look(ledger, asked)
        plan = decide(asked, known, now=instant(), code_version=code, key=fingerprint(key), current=current)
        ledger.note_known_on(plan.known_on)
    return plan, known


def read_plan(home: Path) -> Plan:
    """The plan of the run that is under way, or of the last one."""
    document = json.loads((home / _FILE).read_text(encoding="utf-8"))
    document["nights"] = {date.fromisoformat(day): name for day, name in document["nights"].items()}
    for name, read in (("as_of", date), ("known_on", datetime), ("started_at", datetime)):
        document[name] = read.fromisoformat(document[name])
    return Plan(**{field.name: document[field.name] for field in fields(Plan)})


def require_remade(asked: Asked, plan: Plan) -> None:
    """Raise ZorgmartError if a release shall be made again, and the plan is that of another one."""
    if asked.remakes not in (None, plan.release_id):
        raise ZorgmartError(
            f"Release {asked.remakes} can't be made again: what it follows from now gives {plan.release_id}; use"
            " `zorgmart remake`, which tells what differs."
        )


def require_past(asked: Asked) -> None:
    """Raise ZorgmartError for an instant that is still to come; and for such a date, whose release would keep every
    night until then from becoming current, unless that is asked for. One that is made again moves nothing."""
    is_meant = asked.make_current or asked.remakes is not None
    if asked.as_of is not None and asked.as_of > today() and not is_meant:
        raise ZorgmartError(
            f"The date {asked.as_of} is in the future, and every night until then would leave `current` there; give a"
            " date up to today, or --make-current if that is meant."
        )
    if asked.known_on is not None and asked.known_on > instant():
        raise ZorgmartError(
            f"The instant {asked.known_on.isoformat()} is in the future, so nobody knows yet what will be known; give"
            " an earlier one, or leave --known-on out."
        )


def _deliveries(versions: pl.DataFrame) -> list[dict[str, Any]]:
    ordered = versions.sort("delivery_date", "feed", "file", "version").select(_DELIVERY)
    return [
        row | {name: row[name] and row[name].isoformat() for name in ("delivery_date", "received_at")}
        for row in ordered.iter_rows(named=True)
    ]


def _nothing(asked: Asked) -> ZorgmartError:
    if asked.known_on is not None:
        received = f"Nothing that was delivered up to {asked.until} had been received by {asked.known_on.isoformat()}"
        return ZorgmartError(f"{received}; take a later instant.")
    if asked.as_of is not None:
        return ZorgmartError(f"Nothing was delivered up to {asked.as_of}; take a later date.")
    return ZorgmartError(
        "Nothing was delivered in the landing folder; put files in <feed>/<YYYY-MM-DD>/, or run `zorgmart sample`."
    )
