"""Which files a run looks at: new or changed ones in the landing folder, and known ones that must be judged again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from dagster_project.feeds import FEEDS, contracts, kpi_observations
from dagster_project.ingest.landing import Found
from dagster_project.ingest.ledger import Version
from dagster_project.settings import PROJECT
from dagster_project.source_hash import installed, package_parts, source_hash

Name = tuple[str, date, str]
CARRYING = (
    "archive.py", "check.py", "journal.py", "landing.py", "ledger.py", "ledger_releases.py", "ledger_schema.py",
    "arrow_allocator.py", "report.py", "serial_numbers.py", "worklist.py", "tidy.py", "versions.py",
)  # fmt: skip
"""Files of this room that find, keep and tell: they change no row. What is listed as serial numbers is marked apart."""
SHARED = ("feeds/contract.py", "keyed_hash.py", "plain_text.py")
FORMS = ("contract_fit.py", "parameter_types.py", "payment_forms.py", "performance_indicators.py")
"""What judges the parameters of a contract by its form."""
PACKAGES = ("numpy", "polars", "pyarrow", "pydantic")


@cache
def door_version(feed: str) -> str:
    """16 hex digits of a feed's contract and of the code and packages that judge by it; another one judges the feed's
    files again."""
    return hashlib.sha256(f"{_contract(feed)}|{_judging()}|{installed(*PACKAGES)}".encode()).hexdigest()[:16]


def door_parts(feeds: Iterable[str]) -> dict[str, str]:
    """What `door_version` of these feeds follows from, part by part; a feed that is no more has no contract."""
    contracts = {
        f"contract of {feed}": hashlib.sha256(_contract(feed).encode()).hexdigest()[:16] if feed in FEEDS else "none"
        for feed in feeds
    }
    return contracts | {"code of the door": _judging()[:16]} | package_parts(*PACKAGES)


def _contract(feed: str) -> str:
    contract = repr(FEEDS[feed])
    if feed == kpi_observations.FEED.name:
        contract += repr(kpi_observations.UNITS)  # a fact of a contract that is data elsewhere
    if feed == contracts.FEED.name:
        contract += repr(kpi_observations.DIRECTIONS) + repr(kpi_observations.MEASURE_UNITS)
        contract += source_hash(PROJECT, [PROJECT / "dagster_project" / "feeds" / name for name in FORMS])
    return contract


@cache
def _judging() -> str:
    files = [path for path in Path(__file__).parent.glob("*.py") if path.name not in CARRYING]
    shared = [PROJECT / "dagster_project" / name for name in SHARED]
    return source_hash(PROJECT, [*files, *shared])


def is_of_this_door(version: Version) -> bool:
    """Whether this code judged the version, whatever was listed as serial numbers then."""
    return version.door_version.partition("+")[0] == door_version(version.feed)


@dataclass(frozen=True)
class Task:
    """One file to look at: as it lies in the landing folder, as the ledger knows it, or both."""

    feed: str
    delivery_date: date
    file: str
    found: Found | None
    known: Version | None
    judge_again: bool

    @property
    def path(self) -> str:
        """Where it lies, within the landing folder."""
        return f"{self.feed}/{self.delivery_date}/{self.file}"


def tasks_by_feed(
    found: Collection[Found],
    known: dict[Name, Version],
    as_of: date,
    dates: Collection[date] | None,
    must_judge: Callable[[Version], bool],
) -> dict[str, list[Task]]:
    """Tasks for deliveries up to `as_of` (and of `dates`), ordered by delivery date and name, for each feed.

    `must_judge` tells whether a version in force must be judged again though its bytes are the same.
    """
    lying = {(item.feed, item.delivery_date, item.file): item for item in found}
    tasks: dict[str, list[Task]] = {name: [] for name in FEEDS}
    for name in sorted(lying.keys() | known.keys()):
        feed, day, _ = name
        if feed in FEEDS and day <= as_of and (dates is None or day in dates):
            tasks[feed] += _task(name, lying.get(name), known.get(name), must_judge)
    return tasks


def _task(name: Name, found: Found | None, known: Version | None, must_judge: Callable[[Version], bool]) -> list[Task]:
    judge_again = known is not None and must_judge(known)
    is_new = found is not None and (known is None or known.signature != found.signature)
    return [Task(*name, found if is_new else None, known, judge_again)] if is_new or judge_again else []
