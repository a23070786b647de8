"""The door: from the landing folder to accepted and quarantined rows in the store and one line a file in the ledger.

Everything of a batch is durable before the ledger names it, so a run killed at any point leaves nothing half done:
the next one takes up what the ledger does not have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path

from dagster_project import feeds
from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS, Feed
from dagster_project.ingest import pseudonym
from dagster_project.ingest.archive import Archive, Taken, UnreadableFile
from dagster_project.ingest.batches import check, judge_parts, judge_together, merged, open_parts
from dagster_project.ingest.judge import Judged
from dagster_project.ingest.landing import Found, Ignored, scan
from dagster_project.ingest.ledger import Ledger, Version
from dagster_project.ingest.parts import BLOCK_BYTES, Origin, Part, Rejected
from dagster_project.ingest.repeats import Repeats
from dagster_project.ingest.report import IngestReport
from dagster_project.ingest.store import Store

MOST_FILES = 4_096
Progress = Callable[[str, int, int], None]


def ingest(
    landing: Path,
    home: Path,
    key: str,
    *,
    as_of: date,
    dates: Collection[date] | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Read every new or changed delivery up to `as_of` (and of `dates`, if given), once.

    `force` judges deliveries again from the archive, as happens by itself when the contracts or the door change.
    `progress` gets feed, files done, files to do. The caller holds the home's lock. Raises ZorgmartError.
    """
    pseudonym.check_key(key)
    try:
        with Ledger(home) as ledger:
            ledger.check_key(pseudonym.fingerprint(key))
            return _Door(landing, home, key, ledger, progress).run(as_of, dates, force)
    except OSError as error:
        raise ZorgmartError(f"The ingest stopped ({error}); mend that and run again, nothing is half done.") from error


@cache
def door_version() -> str:
    """16 hex digits of the contracts and the code that judges by them; another version judges every file again."""
    folders = (Path(feeds.__file__).parent, Path(__file__).parent)
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class _Task:
    """One file to look at: as it lies in the landing folder, as the ledger knows it, or both."""

    feed: str
    delivery_date: date
    file: str
    found: Found | None
    known: Version | None
    judge_again: bool


@dataclass
class _Batch:
    """Files to be judged and recorded together; `kept` are the copies under way to the archive."""

    versions: list[Version] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    kept: list[Future[None]] = field(default_factory=list)
    size: int = 0

    def add(self, version: Version, parts: list[Part]) -> None:
        self.versions.append(version)
        self.parts += parts
        self.size += sum(part.size for part in parts)

    @property
    def is_full(self) -> bool:
        return self.size >= BLOCK_BYTES or len(self.versions) >= MOST_FILES


class _Door:
    """One run of the ingest."""

    def __init__(self, landing: Path, home: Path, key: str, ledger: Ledger, progress: Progress | None) -> None:
        self._landing, self._key, self._ledger, self._progress = landing, key, ledger, progress
        self._archive, self._store = Archive(home), Store(home)
        self._report = IngestReport()
        self._received, self._version_id = ledger.last_numbers()
        self._writers = ThreadPoolExecutor(8, thread_name_prefix="archive")

    def run(self, as_of: date, dates: Collection[date] | None, force: bool) -> IngestReport:
        self._archive.sweep()
        self._store.sweep(self._ledger.files())
        tasks = self._tasks(as_of, dates, force)
        with self._writers:
            for feed in FEEDS.values():
                self._read_feed(feed, tasks.get(feed.name, []))
        return self._report

    def _tasks(self, as_of: date, dates: Collection[date] | None, force: bool) -> dict[str, list[_Task]]:
        found_now = scan(self._landing)
        self._report.ignored += found_now.ignored
        found = {(item.feed, item.delivery_date, item.file): item for item in found_now.found}
        known = self._ledger.newest()
        tasks: dict[str, list[_Task]] = {}
        for name in sorted(found.keys() | known.keys()):
            feed, day, _ = name
            if day > as_of or (dates is not None and day not in dates) or feed not in FEEDS:
                continue
            task = _task(name, found.get(name), known.get(name), force)
            if task:
                tasks.setdefault(feed, []).append(task)
        return tasks

    def _read_feed(self, feed: Feed, tasks: list[_Task]) -> None:
        batch = _Batch()
        for number, task in enumerate(tasks):
            taken = self._take(task)
            if taken:
                batch = self._read_file(feed, task, taken, batch)
            if self._progress:
                self._progress(feed.name, number + 1, len(tasks))
        self._finish(feed, batch)

    def _take(self, task: _Task) -> Taken | None:
        """The bytes to judge; None if there is nothing to judge, or not yet."""
        if task.found is None:
            return self._archive.again(task.known.sha256) if task.known else None
        path = f"{task.feed}/{task.delivery_date}/{task.file}"
        try:
            taken = self._archive.take(task.found)
        except UnreadableFile as error:
            self._report.ignored.append(Ignored(path, str(error)))
            return None
        if taken is None:
            self._report.waiting.append(path)
        elif task.known and task.known.sha256 == taken.sha256:
            self._ledger.touch(task.known.received, taken.signature)
            self._report.unchanged += 1
            return taken if task.judge_again else None
        return taken

    def _read_file(self, feed: Feed, task: _Task, taken: Taken, batch: _Batch) -> _Batch:
        """Put a small file into the batch; judge a large one on its own. Returns the batch to go on with."""
        version = self._version(task, taken)
        kept = self._writers.submit(self._archive.keep, taken)
        origin = Origin(version.version_id, version.delivery_date)
        parts = open_parts(feed, origin, taken.data, task.file)
        try:
            first = [part for part in (next(parts, None), next(parts, None)) if part]
        except Rejected as rejection:
            first = []
            _reject(version, str(rejection))
        if len(first) == 2:
            self._finish(feed, batch)
            batch = _Batch()
            self._finish_large(feed, version, chain(first, parts), kept)
            return batch
        batch.add(version, first)
        batch.kept.append(kept)
        if batch.is_full:
            self._finish(feed, batch)
            return _Batch()
        return batch

    def _version(self, task: _Task, taken: Taken) -> Version:
        """A new version; or the known one, under a new number, if its bytes are judged again."""
        self._version_id += 1
        received, signature = self._received + 1, taken.signature
        if task.known and task.known.sha256 == taken.sha256:
            received = task.known.received
            signature = taken.signature if task.found else task.known.signature
        self._received = max(self._received, received)
        name = (task.feed, task.delivery_date, task.file)
        return Version(received, self._version_id, *name, taken.sha256, taken.size, signature, door_version())

    def _finish(self, feed: Feed, batch: _Batch) -> None:
        if not batch.versions:
            return
        judged, rejected = judge_parts(feed, batch.parts, self._key) if batch.parts else ([], {})
        for version in batch.versions:
            if version.version_id in rejected:
                _reject(version, rejected[version.version_id])
        self._record(feed, batch.versions, judged, batch.kept)

    def _finish_large(self, feed: Feed, version: Version, parts: chain[Part], kept: Future[None]) -> None:
        repeats, judged = Repeats(feed, in_pieces=True), []
        try:
            for part in parts:
                judged += judge_together(feed, [part], self._key, repeats)
            check(merged(judged)[version.version_id])
        except Rejected as rejection:
            judged = []
            _reject(version, str(rejection))
        self._record(feed, [version], judged, [kept])

    def _record(self, feed: Feed, versions: list[Version], judged: list[Judged], kept: list[Future[None]]) -> None:
        first = versions[0].version_id
        store_file = self._store.write(feed.name, "accepted", first, [one.accepted for one in judged])
        quarantine_file = self._store.write(feed.name, "quarantined", first, [one.quarantined for one in judged])
        tallies = merged(judged)
        for version in versions:
            if version.status == "rejected":
                continue
            tally = tallies[version.version_id]
            version.rows, version.accepted, version.quarantined = tally.rows, tally.accepted, tally.quarantined
            version.amount_cents, version.accepted_amount_cents = tally.cents, tally.accepted_cents
            version.store_file = store_file if tally.accepted else None
            version.quarantine_file = quarantine_file if tally.quarantined else None
        for copy in kept:
            copy.result()
        self._ledger.record(versions)
        self._report.add(versions)


def _task(name: tuple[str, date, str], found: Found | None, known: Version | None, force: bool) -> _Task | None:
    judge_again = known is not None and (force or known.door_version != door_version())
    is_new = found is not None and (known is None or known.signature != found.signature)
    if not is_new and not judge_again:
        return None
    return _Task(*name, found if is_new else None, known, judge_again)


def _reject(version: Version, reason: str) -> None:
    version.status, version.reason = "rejected", reason
