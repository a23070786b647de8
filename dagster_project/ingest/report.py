"""What one ingest did, for the run's log and metadata: counts, never a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from dagster_project.ingest.landing import Ignored
from dagster_project.ingest.ledger import Version


@dataclass
class Count:
    """What came in for one feed and delivery date."""

    files: int = 0
    rejected: int = 0
    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    amount_cents: int = 0

    def add(self, version: Version) -> None:
        self.files += 1
        self.rejected += version.status == "rejected"
        self.rows += version.rows
        self.accepted += version.accepted
        self.quarantined += version.quarantined
        self.amount_cents += version.amount_cents


@dataclass
class IngestReport:
    """`counts` by feed and delivery date; `rejected` by path within the landing folder; `waiting` files still grow."""

    counts: dict[tuple[str, date], Count] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    ignored: list[Ignored] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    unchanged: int = 0
    store_files: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        return sum(count.files for count in self.counts.values())

    def add(self, versions: list[Version]) -> None:
        """Count versions that the ledger has recorded."""
        for version in versions:
            self.counts.setdefault((version.feed, version.delivery_date), Count()).add(version)
            if version.status == "rejected":
                self.rejected[f"{version.feed}/{version.delivery_date}/{version.file}"] = version.reason or ""
        for file in dict.fromkeys(f for v in versions for f in (v.store_file, v.quarantine_file) if f):
            self.store_files.append(file)
