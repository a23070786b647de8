"""One line beside the archive for each version received, so that the archive alone tells what was delivered.

The ledger is written first: it knows every line of the journal, but for a moment the journal may lack its newest. A
ledger that lacks a line is not whole, as when it was copied without its `-wal` file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from dagster_project.errors import ZorgmartError
from dagster_project.ingest.archive import sync_folder
from dagster_project.ingest.landing import _shown
from dagster_project.ingest.ledger import Ledger, Version, instant_text


@dataclass(frozen=True)
class Entry:
    """A version as it was received, as in the ledger; dates and instants as ISO text, `key` the key's fingerprint."""

    received: int
    feed: str
    delivery_date: str
    file: str
    sha256: str
    bytes: int
    received_at: str | None
    key: str

    @classmethod
    def of(cls, version: Version, key: str) -> Entry:
        received_at = instant_text(version.received_at) if version.received_at else None
        name = (version.feed, version.delivery_date.isoformat(), version.file)
        return cls(version.received, *name, version.sha256, version.bytes, received_at, key)

    @property
    def name(self) -> tuple[str, date, str]:
        return self.feed, date.fromisoformat(self.delivery_date), self.file

    @property
    def instant(self) -> datetime | None:
        return datetime.fromisoformat(self.received_at) if self.received_at else None

    @property
    def path(self) -> str:
        """Where it lay in the landing folder, as it is shown."""
        return _shown(Path(self.feed, self.delivery_date, self.file))


class Journal:
    """`<home>/archive/received.jsonl`, readable for its owner alone; its writer holds the home's lock."""

    def __init__(self, home: Path) -> None:
        self.path = home / "archive" / "received.jsonl"

    def read(self) -> dict[int, Entry]:
        """Every entry by its number; a last line that a killed run left half written does not count.

        Raises ZorgmartError for any other line that can't be read.
        """
        try:
            *lines, _ = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return {}
        entries = (self._entry(number, line) for number, line in enumerate(lines, 1))
        return {entry.received: entry for entry in entries}

    def _entry(self, number: int, line: bytes) -> Entry:
        try:
            return Entry(**json.loads(line))
        except (ValueError, TypeError):
            raise ZorgmartError(
                f"Line {number} of {self.path} is damaged; restore the file from a backup, or, if the ledger is whole,"
                " move it away: the next run writes it again from the ledger."
            ) from None

    def catch_up(self, ledger: Ledger, key: str) -> None:
        """Write the entries that the ledger has and the journal lacks: those of 0.4.0, or of a run that was killed."""
        known = self.read()
        versions = [version for version in ledger.all_versions() if version.received not in known]
        self.append(Entry.of(version, key) for version in versions)

    def append(self, entries: Iterable[Entry]) -> None:
        """Add lines, durably."""
        text = "".join(_line(entry) for entry in entries).encode()
        if not text:
            return
        is_new = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            file.truncate(file.read().rfind(b"\n") + 1)
            file.seek(0, os.SEEK_END)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self.path.parent)

    def replace(self, entries: Iterable[Entry]) -> None:
        """Write all lines again, in one step."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self.path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with open(unfinished, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write("".join(_line(entry) for entry in entries).encode())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.path)
        sync_folder(self.path.parent)


def _line(entry: Entry) -> str:
    return json.dumps(asdict(entry), ensure_ascii=True) + "\n"


def require_journal_known(home: Path, ledger: Ledger) -> None:
    """Raise ZorgmartError if a version was received, by the archive's journal, that the ledger does not have."""
    known = {(v.received, *v.name, v.sha256) for v in ledger.all_versions()}
    entries = Journal(home).read().values()
    missing = [entry.path for entry in entries if (entry.received, *entry.name, entry.sha256) not in known]
    if missing:
        raise incomplete(home, missing, len(entries), "the archive")


def incomplete(home: Path, missing: list[str], known: int, by: str) -> ZorgmartError:
    """The sentence on a ledger that lacks versions, of so many that are known by something else."""
    return ZorgmartError(
        f"The ledger {home / 'ledger.sqlite'} lacks {len(missing):,} of the {known:,} delivered versions that {by} has"
        f" (the first is {min(missing)}), as when it was copied without its -wal file; nothing was changed. Restore the"
        " whole backup, or run `zorgmart rebuild-ledger`, then `zorgmart run`."
    )
