"""The door: from the landing folder to accepted and quarantined rows in the store and one line a file in the ledger.

Everything of a batch is durable before the ledger names it, so a run killed at any point leaves nothing half done:
the next one takes up what the ledger does not have.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Self

from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS, Feed
from dagster_project.ingest import pseudonym
from dagster_project.ingest.archive import Archive, Taken, UnreadableFile
from dagster_project.ingest.batches import check, judge_parts, judge_together, merged, open_parts
from dagster_project.ingest.judge import Tally
from dagster_project.ingest.landing import Ignored, scan
from dagster_project.ingest.ledger import Ledger, Version
from dagster_project.ingest.memory import frugal_arrow
from dagster_project.ingest.parts import BLOCK_BYTES, Origin, Part
from dagster_project.ingest.rejected import Rejected
from dagster_project.ingest.repeats import Repeats
from dagster_project.ingest.report import IngestReport
from dagster_project.ingest.store import Output, Store
from dagster_project.ingest.tasks import Task, door_version, tasks_by_feed

MOST_FILES = 4_096
# Much of judging keeps one core busy, so two batches are judged side by side; each takes some 300 MB.
JUDGES = 2
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

    `force` judges deliveries again from the archive, as happens by itself when the contracts or the door change or a
    store file is gone.
    `progress` gets feed, files done, files to do. The caller holds the home's lock. Raises ZorgmartError.
    """
    pseudonym.check_key(key)
    try:
        with Ledger(home) as ledger:
            ledger.check_key(pseudonym.fingerprint(key))
            with frugal_arrow(), _Door(home, key, ledger, progress) as door:
                return door.run(landing, as_of, dates, force)
    except (OSError, sqlite3.Error) as error:
        raise ZorgmartError(f"The ingest stopped ({error}); mend that and run again, nothing is half done.") from error


@dataclass
class _Batch:
    """Files to be judged and recorded together; `copies` to the archive are under way."""

    feed: Feed
    versions: list[Version] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    copies: list[Future[None]] = field(default_factory=list)
    size: int = 0

    def add(self, version: Version, parts: list[Part], copies: list[Future[None]]) -> None:
        self.versions.append(version)
        self.parts += parts
        self.copies += copies
        self.size += sum(part.size for part in parts)

    @property
    def is_full(self) -> bool:
        return self.size >= BLOCK_BYTES or len(self.versions) >= MOST_FILES


@dataclass
class _Judgement:
    """Versions whose bytes and rows are durable, and the sha256 of each file that holds their rows."""

    versions: list[Version]
    stored: dict[str, str]


class _Door:
    """One run of the ingest: while batches are judged, the next is read; they are recorded in the order of reading."""

    def __init__(self, home: Path, key: str, ledger: Ledger, progress: Progress | None) -> None:
        self._key, self._ledger, self._progress = key, ledger, progress
        self._archive, self._store = Archive(home), Store(home)
        self._received, self._version_id = ledger.last_numbers()
        self._report = IngestReport()
        self._copier = ThreadPoolExecutor(8, thread_name_prefix="archive")
        self._judge = ThreadPoolExecutor(JUDGES, thread_name_prefix="judge")
        self._under_way: deque[Future[_Judgement]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._judge.shutdown(cancel_futures=True)
        self._copier.shutdown(cancel_futures=True)

    def run(self, landing: Path, as_of: date, dates: Collection[date] | None, force: bool) -> IngestReport:
        self._archive.sweep()
        self._store.sweep(self._ledger.files())
        lying = scan(landing)
        self._report.ignored += lying.ignored
        gone = self._store.missing(self._ledger.files())

        def must_judge(version: Version) -> bool:
            is_other_door = version.door_version != door_version()
            return force or is_other_door or version.store_file in gone or version.quarantine_file in gone

        for feed, tasks in tasks_by_feed(lying.found, self._ledger.newest(), as_of, dates, must_judge).items():
            self._read_feed(FEEDS[feed], tasks)
        self._settle()
        return self._report

    def _read_feed(self, feed: Feed, tasks: list[Task]) -> None:
        batch = _Batch(feed)
        for number, task in enumerate(tasks, 1):
            taken = self._take(task)
            if taken:
                batch = self._read_file(task, taken, batch)
            if self._progress:
                self._progress(feed.name, number, len(tasks))
        self._finish(batch)

    def _take(self, task: Task) -> Taken | None:
        """The bytes to judge; None if there is nothing to judge, or not yet."""
        if task.found is None:
            return self._archive.again(task.known.sha256) if task.known else None
        try:
            taken = self._archive.take(task.found)
        except UnreadableFile as error:
            self._report.ignored.append(Ignored(task.path, str(error)))
            return None
        if taken is None:
            self._report.waiting.append(task.path)
        elif task.known and task.known.sha256 == taken.sha256:
            self._ledger.touch(task.known.received, taken.signature)
            self._report.unchanged += 1
            return taken if task.judge_again else None
        return taken

    def _read_file(self, task: Task, taken: Taken, batch: _Batch) -> _Batch:
        """Put a small file into the batch; judge a large one on its own. Gives the batch to go on with."""
        version = self._version(task, taken)
        copies = [self._copier.submit(self._archive.keep, taken)] if task.found else []
        origin = Origin(version.version_id, version.delivery_date)
        parts = open_parts(batch.feed, origin, taken.data, task.file)
        first: list[Part] = []
        try:
            first = [part for part in (next(parts, None), next(parts, None)) if part]
        except Rejected as rejection:
            _reject(version, rejection)
        if len(first) == 2:
            self._finish(batch)
            self._finish_large(batch.feed, version, chain(first, parts), copies)
            return _Batch(batch.feed)
        batch.add(version, first, copies)
        if batch.is_full:
            self._finish(batch)
            return _Batch(batch.feed)
        return batch

    def _version(self, task: Task, taken: Taken) -> Version:
        """A new version; or the known one, under a new number, if its bytes are judged again."""
        self._version_id += 1
        received, signature = self._received + 1, taken.signature
        if task.known and task.known.sha256 == taken.sha256:
            received = task.known.received
            signature = taken.signature if task.found else task.known.signature
        self._received = max(self._received, received)
        name = (task.feed, task.delivery_date, task.file)
        return Version(received, self._version_id, *name, taken.sha256, taken.size, signature, door_version())

    def _finish(self, batch: _Batch) -> None:
        self._settle(JUDGES - 1)
        if batch.versions:
            self._under_way.append(self._judge.submit(self._judge_batch, batch))

    def _settle(self, left: int = 0) -> None:
        """Wait for the oldest batches under way and record them, until so many are left."""
        while len(self._under_way) > left:
            self._record(self._under_way.popleft().result())

    def _record(self, judgement: _Judgement) -> None:
        self._ledger.record(judgement.versions, judgement.stored)
        self._report.add(judgement.versions)

    def _judge_batch(self, batch: _Batch) -> _Judgement:
        judged, rejected = judge_parts(batch.feed, batch.parts, self._key) if batch.parts else ([], {})
        for version in batch.versions:
            if version.version_id in rejected:
                _reject(version, rejected[version.version_id])
        output = self._store.output(batch.feed.name, batch.versions[0].version_id)
        output.add(judged)
        return _publish(batch.versions, output, merged(judged), batch.copies)

    def _finish_large(self, feed: Feed, version: Version, parts: Iterable[Part], copies: list[Future[None]]) -> None:
        """Piece by piece; a file that turns out to be unreadable at its end leaves nothing."""
        self._settle()
        output, repeats, tally = (
            self._store.output(feed.name, version.version_id),
            Repeats(feed, in_pieces=True),
            Tally(),
        )
        try:
            for part in parts:
                judged = judge_together(feed, [part], self._key, repeats)
                output.add(judged)
                tally += merged(judged)[version.version_id]
            check(tally)
        except Rejected as rejection:
            output.discard()
            output = self._store.output(feed.name, version.version_id)
            _reject(version, rejection)
        self._record(_publish([version], output, {version.version_id: tally}, copies))


def _publish(
    versions: list[Version], output: Output, tallies: dict[int, Tally], copies: list[Future[None]]
) -> _Judgement:
    """Make rows and bytes durable, and give what the ledger shall have."""
    accepted_file, quarantine_file = output.publish()
    for version in versions:
        if version.status == "accepted":
            _fill(version, tallies[version.version_id], accepted_file, quarantine_file)
    for copy in copies:
        copy.result()
    return _Judgement(versions, output.digests)


def _fill(version: Version, tally: Tally, accepted_file: str | None, quarantine_file: str | None) -> None:
    version.rows, version.accepted, version.quarantined = tally.rows, tally.accepted, tally.quarantined
    version.amount_cents, version.accepted_amount_cents = tally.cents, tally.accepted_cents
    version.store_file = accepted_file if tally.accepted else None
    version.quarantine_file = quarantine_file if tally.quarantined else None


def _reject(version: Version, reason: Rejected | str) -> None:
    version.status, version.reason = "rejected", str(reason)
