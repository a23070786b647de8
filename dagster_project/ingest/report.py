"""What one ingest did, for the run's log and metadata: counts, never a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from dagster_project.ingest.landing import Ignored
from dagster_project.ingest.ledger import PassedOver, Version

MOST_NAMES = 5
"""Names shown for one reason; the count tells how many there are."""


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


def not_read_lines(passed_over: Iterable[Ignored | PassedOver]) -> list[str]:
    """One line for each reason why files were not read, with their number and the first few names."""
    ordered = sorted(passed_over, key=lambda one: (one.kind, one.reason, one.path))
    lines = []
    for (kind, reason), group in groupby(ordered, key=lambda one: (one.kind, one.reason)):
        paths = [one.path for one in group]
        more = f" and {len(paths) - MOST_NAMES:,} more" if len(paths) > MOST_NAMES else ""
        said = "waiting" if kind == "waiting" else "not read"
        lines.append(f"{said}, {reason} ({len(paths):,}): {', '.join(paths[:MOST_NAMES])}{more}")
    return lines
