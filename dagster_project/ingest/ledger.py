"""What was delivered: one line for each version of each file, in SQLite, with what became of it.

The newest version of a name and delivery date is in force, whatever became of it; older ones stay. Nothing here
reads a delivered file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Self

import polars as pl

from dagster_project.errors import ZorgmartError

SCHEMA = """
create table if not exists version (
    received integer primary key,
    version_id integer not null unique,
    feed text not null,
    delivery_date text not null,
    file text not null,
    sha256 text not null,
    bytes integer not null,
    signature text not null,
    status text not null check (status in ('accepted', 'rejected')),
    reason text,
    rows integer not null,
    accepted integer not null,
    quarantined integer not null,
    amount_cents integer not null,
    accepted_amount_cents integer not null,
    store_file text,
    quarantine_file text,
    door_version text not null,
    check (rows = accepted + quarantined)
);
create index if not exists version_file on version (feed, delivery_date, file, received);
create table if not exists stored_file (file text primary key, sha256 text not null);
create table if not exists setting (name text primary key, value text not null);
"""
VERSIONS = """
select
    version_id, feed, delivery_date, file, sha256, bytes,
    case when received = max(received) over same_file then status else 'replaced' end as status,
    reason, rows, accepted, quarantined, amount_cents, accepted_amount_cents, store_file, quarantine_file,
    received = max(received) over same_file as in_force
from version
where delivery_date <= ?
window same_file as (partition by feed, delivery_date, file)
order by feed, delivery_date, file, received
"""
IN_FORCE = """
select * from version
where received in (select max(received) from version group by feed, delivery_date, file)
"""
FORGET = """
delete from stored_file
where file not in (
    select store_file from version where store_file is not null
    union select quarantine_file from version where quarantine_file is not null
)
"""
FRAME = {
    "version_id": pl.Int64, "feed": pl.String, "delivery_date": pl.String, "file": pl.String, "sha256": pl.String,
    "bytes": pl.Int64, "status": pl.String, "reason": pl.String, "rows": pl.Int64, "accepted": pl.Int64,
    "quarantined": pl.Int64, "amount_cents": pl.Int64, "accepted_amount_cents": pl.Int64, "store_file": pl.String,
    "quarantine_file": pl.String, "in_force": pl.Boolean,
}  # fmt: skip


@dataclass
class Version:
    """One version of one delivered file.

    `received` orders versions and stays; `version_id` names the judgement that its stored rows carry, and changes
    when the file is judged again, so that rows of an older judgement belong to no version any more.
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

    @property
    def name(self) -> tuple[str, date, str]:
        """What a new version must share to replace this one."""
        return self.feed, self.delivery_date, self.file


class Ledger:
    """`<home>/ledger.sqlite`; readable while a run writes. One writer: its caller holds the home's lock."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        path = home / "ledger.sqlite"
        try:
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = full")
            self._connection.executescript(SCHEMA)
        except sqlite3.DatabaseError as error:
            raise ZorgmartError(f"The ledger {path} can't be opened ({error}); restore it from a backup.") from error
        self._connection.row_factory = sqlite3.Row

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def versions(self, as_of: date) -> pl.DataFrame:
        """All versions delivered for days up to `as_of`, older ones as `replaced`; files relative to the home."""
        rows = [tuple(row) for row in self._connection.execute(VERSIONS, (as_of.isoformat(),))]
        frame = pl.DataFrame(rows, schema=FRAME | {"in_force": pl.Int64}, orient="row")
        return frame.with_columns(pl.col("delivery_date").str.to_date(), pl.col("in_force").cast(pl.Boolean))

    def in_force(self, as_of: date) -> pl.DataFrame:
        """The newest version of each file delivered for days up to `as_of`."""
        return self.versions(as_of).filter("in_force")

    def newest(self) -> dict[tuple[str, date, str], Version]:
        """The version in force of each feed, delivery date and name."""
        versions = (_version(row) for row in self._connection.execute(IN_FORCE))
        return {version.name: version for version in versions}

    def last_numbers(self) -> tuple[int, int]:
        """The highest `received` and the highest `version_id` ever given."""
        received = self._connection.execute("select coalesce(max(received), 0) from version").fetchone()[0]
        return received, int(self._setting("last_version_id") or 0)

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
        rows = [vars(version) | {"delivery_date": version.delivery_date.isoformat()} for version in versions]
        # Names of our own fields, no value.
        statement = f"insert or replace into version ({', '.join(columns)}) values ({marks})"  # noqa: S608
        with self._transaction():
            self._connection.executemany(statement, rows)
            self._connection.executemany("insert or replace into stored_file values (?, ?)", stored.items())
            self._connection.execute(FORGET)
            last = max((row["version_id"] for row in rows), default=0)
            self._set("last_version_id", str(max(last, self.last_numbers()[1])))

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


def _version(row: sqlite3.Row) -> Version:
    values = dict(row)
    return Version(**values | {"delivery_date": date.fromisoformat(values["delivery_date"])})
