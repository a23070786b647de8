"""What was delivered: one line for each version of each file, in SQLite, with what became of it.

The newest version of a name and delivery date is in force, whatever became of it; older ones stay. Nothing here
reads a delivered file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Self

import polars as pl

from dagster_project.errors import TemporaryError, ZorgmartError, may_pass
from dagster_project.ingest.landing import Ignored
from dagster_project.ingest.ledger_schema import migrate
from dagster_project.ingest.versions import PassedOver, Version, instant_text, read_version, row_of
from dagster_project.sqlite_reading import connect_to_read

VERSIONS = """
select
    version_id, feed, delivery_date, file, row_number() over (same_file order by received) as version, sha256, bytes,
    case when received = max(received) over same_file then status else 'replaced' end as status,
    reason, rows, accepted, quarantined, amount_cents, accepted_amount_cents, store_file, quarantine_file,
    received = max(received) over same_file as in_force, received_at, door_version
from version
where delivery_date <= ? and (received_at is null or received_at <= ?)
window same_file as (partition by feed, delivery_date, file)
order by feed, delivery_date, file, received
"""
IN_FORCE = """
select * from version
where received in (select max(received) from version {condition} group by feed, delivery_date, file)
"""
RECEIVED_BY = "where received_at is null or received_at <= ?"
FORGET = """
delete from stored_file
where file not in (
    select store_file from version where store_file is not null
    union select quarantine_file from version where quarantine_file is not null
)
"""
FRAME = {
    "version_id": pl.Int64, "feed": pl.String, "delivery_date": pl.String, "file": pl.String, "version": pl.Int64,
    "sha256": pl.String, "bytes": pl.Int64, "status": pl.String, "reason": pl.String, "rows": pl.Int64,
    "accepted": pl.Int64, "quarantined": pl.Int64, "amount_cents": pl.Int64, "accepted_amount_cents": pl.Int64,
    "store_file": pl.String, "quarantine_file": pl.String, "in_force": pl.Boolean, "received_at": pl.String,
    "door_version": pl.String,
}  # fmt: skip
LAST = "9999"
"""As text, later than every instant."""


class Ledger:
    """`<home>/ledger.sqlite`; readable while a run writes. One writer: its caller holds the home's lock.

    With `read_only` nothing is made or changed, not even the tables of an earlier version; the file must be there.
    """

    def __init__(self, home: Path, *, read_only: bool = False) -> None:
        path = home / "ledger.sqlite"
        if not read_only:
            home.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = connect_to_read(path) if read_only else _connect(path)
            self._connection.execute("pragma schema_version")  # a file that is no database is found out here
            if not read_only:
                self._connection.execute("pragma journal_mode = wal")
                self._connection.execute("pragma synchronous = full")
                migrate(self._connection)
        except sqlite3.DatabaseError as error:
            if may_pass(error):
                raise TemporaryError(f"The ledger {path} can't be opened now ({error}); run again.") from error
            raise ZorgmartError(f"The ledger {path} can't be opened ({error}); restore it from a backup.") from error
        self._connection.row_factory = sqlite3.Row

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def versions(self, as_of: date, known_on: datetime | None = None) -> pl.DataFrame:
        """All versions delivered for days up to `as_of`, older ones as `replaced`; files relative to the home.

        `version` counts those of one name and date from 1. With `known_on` (an aware instant) only versions that had
        been received by then.
        """
        rows = [
            tuple(row)
            for row in self._connection.execute(
                VERSIONS, (as_of.isoformat(), instant_text(known_on) if known_on else LAST)
            )
        ]
        frame = pl.DataFrame(rows, schema=FRAME | {"in_force": pl.Int64}, orient="row")
        return frame.with_columns(
            pl.col("delivery_date").str.to_date(),
            pl.col("in_force").cast(pl.Boolean),
            pl.col("received_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f%:z", time_unit="us", time_zone="UTC"),
        )

    def in_force(self, as_of: date) -> pl.DataFrame:
        """The newest version of each file delivered for days up to `as_of`."""
        return self.versions(as_of).filter("in_force")

    def newest(self, known_on: datetime | None = None) -> dict[tuple[str, date, str], Version]:
        """The version in force of each feed, delivery date and name; with `known_on` of those received by then."""
        query, values = IN_FORCE.format(condition=""), ()
        if known_on:
            query, values = IN_FORCE.format(condition=RECEIVED_BY), (instant_text(known_on),)
        versions = (read_version(row) for row in self._connection.execute(query, values))
        return {version.name: version for version in versions}

    def newest_dates(self, until: date) -> dict[str, date]:
        """Feed → the newest delivery date, up to a day, of which a file in force was accepted."""
        dates: dict[str, date] = {}
        for version in self.newest().values():
            if version.status == "accepted" and version.delivery_date <= until:
                dates[version.feed] = max(version.delivery_date, dates.get(version.feed, date.min))
        return dates

    def all_versions(self) -> list[Version]:
        """Every version ever received, in that order."""
        return [read_version(row) for row in self._connection.execute("select * from version order by received")]

    def last_numbers(self) -> tuple[int, int]:
        """The highest `received` and the highest `version_id` ever given."""
        received = self._connection.execute("select coalesce(max(received), 0) from version").fetchone()[0]
        return received, int(self._setting("last_version_id") or 0)

    def skip_version_ids(self, last: int) -> None:
        """Give no `version_id` up to this one."""
        self._set("last_version_id", str(max(last, self.last_numbers()[1])))

    def last_instant(self) -> datetime:
        """The last instant that a version was received at, or that a run took for now: what comes later is received
        after it, also where the clock was set back."""
        (received,) = self._connection.execute("select max(received_at) from version").fetchone()
        last = max(received or "", self._setting("known_on") or "")
        return datetime.fromisoformat(last) if last else datetime.min.replace(tzinfo=UTC)

    def note_known_on(self, instant: datetime) -> None:
        """A run makes what is known at this instant: no version is received at it or before any more."""
        self._set("known_on", instant_text(max(instant, self.last_instant())))

    def files(self) -> set[str]:
        """Every store file that a version names."""
        query = "select store_file from version union select quarantine_file from version"
        return {row[0] for row in self._connection.execute(query) if row[0]}

    def check_key(self, fingerprint: str) -> None:
        """Remember the key of the first delivery; raise ZorgmartError if this is another one."""
        known = self._setting("key_fingerprint")
        if known is None or not self._connection.execute("select 1 from version limit 1").fetchone():
            self._set("key_fingerprint", fingerprint)
        elif known != fingerprint:
            raise ZorgmartError(
                "ZORGMART_PSEUDONYM_KEY is not the key that this home folder was filled with, so one patient would get "
                "two pseudonyms; set the old key, or read the deliveries again into a new ZORGMART_HOME."
            )

    def stored(self) -> dict[str, str]:
        """Store file → sha256 of its bytes."""
        return dict(self._connection.execute("select file, sha256 from stored_file").fetchall())

    def record(self, versions: Iterable[Version], stored: dict[str, str]) -> None:
        """Write versions, and the sha256 of their store files, in one step: all or, after a crash, nothing.

        A known `received` is replaced.
        """
        columns = [field.name for field in fields(Version)]
        marks = ", ".join(f":{name}" for name in columns)
        rows = [row_of(version) for version in versions]
        # Names of our own fields, no value.
        statement = f"insert or replace into version ({', '.join(columns)}) values ({marks})"  # noqa: S608
        with self._transaction():
            self._connection.executemany(statement, rows)
            self._connection.executemany("insert or replace into stored_file values (?, ?)", stored.items())
            self._connection.execute(FORGET)
            last = max((row["version_id"] for row in rows), default=0)
            self.skip_version_ids(last)

    def note_passed_over(self, ignored: Iterable[Ignored], at: datetime) -> None:
        """Write down all that a run looked at and did not read, in place of what the one before wrote."""
        known = {entry.path: entry for entry in self.passed_over()}
        text = instant_text(at)
        rows = [
            (one.path, one.kind, one.reason, instant_text(known[one.path].first_seen_at) if one.path in known else text)
            for one in {one.path: one for one in ignored}.values()
        ]
        if sorted(rows) != sorted(entry.row for entry in known.values()):
            with self._transaction():
                self._connection.execute("delete from passed_over")
                self._connection.executemany("insert into passed_over values (?, ?, ?, ?)", rows)

    def passed_over(self) -> list[PassedOver]:
        """What the last run looked at and did not read, by kind, reason and path."""
        rows = self._connection.execute("select * from passed_over order by kind, reason, path")
        return [PassedOver(*values, datetime.fromisoformat(first)) for *values, first in rows]

    def keep_release(self, release_id: str, as_of: str, known_on: str, deliveries_sha256: str, manifest: str) -> None:
        """Write a published release down (see `ledger_releases`); one that is known stays as it is."""
        row = (release_id, as_of, known_on, deliveries_sha256, manifest)
        self._connection.execute("insert or ignore into release values (?, ?, ?, ?, ?)", row)
        self.note_known_on(datetime.fromisoformat(known_on))

    def kept_releases(self) -> list[str]:
        """The ids of all releases that were written down."""
        return [row[0] for row in self._connection.execute("select release_id from release order by release_id")]

    def kept_release(self, release_id: str) -> tuple[str, str, str, str, str] | None:
        """One of them, as `keep_release` was given it."""
        query = "select release_id, as_of, known_on, deliveries_sha256, manifest from release where release_id = ?"
        row = self._connection.execute(query, (release_id,)).fetchone()
        return tuple(row) if row else None

    def touch(self, received: int, signature: str) -> None:
        """The same bytes lie in the landing folder under new times."""
        self._connection.execute("update version set signature = ? where received = ?", (signature, received))

    def _transaction(self) -> _Transaction:
        return _Transaction(self._connection)

    def _setting(self, name: str) -> str | None:
        row = self._connection.execute("select value from setting where name = ?", (name,)).fetchone()
        return row[0] if row else None

    def _set(self, name: str, value: str) -> None:
        self._connection.execute("insert or replace into setting values (?, ?)", (name, value))


class _Transaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("begin immediate")

    def __exit__(self, kind: object, *_: object) -> None:
        self._connection.execute("rollback" if kind else "commit")


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=30, isolation_level=None)
