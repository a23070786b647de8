"""One version of one delivered file, and one path that was not read; how they stand in rows of the ledger."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime

from dagster_project.ingest.landing import Kind


@dataclass
class Version:
    """One version of one delivered file.

    `received` orders versions and stays; `version_id` names the judgement that its stored rows carry, and changes
    when the file is judged again, so that rows of an older judgement belong to no version any more. `received_at` is
    UTC and never falls from one version to the next; None of a version received by 0.4.0 or before.
    """

    received: int
    version_id: int
    feed: str
    delivery_date: date
    file: str
    sha256: str
    bytes: int
    signature: str
    door_version: str
    status: str = "accepted"
    reason: str | None = None
    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    amount_cents: int = 0
    accepted_amount_cents: int = 0
    store_file: str | None = None
    quarantine_file: str | None = None
    received_at: datetime | None = None

    @property
    def name(self) -> tuple[str, date, str]:
        """What a new version must share to replace this one."""
        return self.feed, self.delivery_date, self.file


@dataclass(frozen=True)
class PassedOver:
    """A path of the landing folder that is not read, as `Ignored`, and when a run first passed it over."""

    path: str
    kind: Kind
    reason: str
    first_seen_at: datetime

    @property
    def row(self) -> tuple[str, str, str, str]:
        return self.path, self.kind, self.reason, instant_text(self.first_seen_at)


def instant_text(instant: datetime) -> str:
    """An aware instant as text that sorts by time."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def row_of(version: Version) -> dict[str, object]:
    """A version as a row of the ledger: column → value."""
    received_at = instant_text(version.received_at) if version.received_at else None
    return vars(version) | {"delivery_date": version.delivery_date.isoformat(), "received_at": received_at}


def read_version(row: sqlite3.Row) -> Version:
    """The version of a row of the ledger, of 0.4.0 too."""
    values = dict(row)
    text = values.get("received_at")  # a ledger of 0.4.0 has no such column until a run migrates it
    received_at = datetime.fromisoformat(text) if text else None
    return Version(
        **values | {"delivery_date": date.fromisoformat(values["delivery_date"]), "received_at": received_at}
    )
