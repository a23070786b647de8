"""The door: from the landing folder to accepted and quarantined rows in the store and one line a file in the ledger.

Everything of a batch is durable before the ledger names it, so a run killed at any point leaves nothing half done:
the next one takes up what the ledger does not have.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Self

from dagster_project.clock import today
from dagster_project.errors import error_because
from dagster_project.feeds import FEEDS, Feed
from dagster_project.ingest import pseudonym
from dagster_project.ingest.archive import Archive, Taken, UnreadableFile
from dagster_project.ingest.arrow_allocator import frugal_arrow
from dagster_project.ingest.batches import check, judge_parts, judge_together, learned, merged, open_parts
from dagster_project.ingest.bsn_guard import Guard
from dagster_project.ingest.duplicate_keys import Repeats
from dagster_project.ingest.journal import Entry, Journal, require_journal_known
from dagster_project.ingest.landing import Ignored, Scan, scan
from dagster_project.ingest.ledger import Ledger, Version
from dagster_project.ingest.reading import BLOCK_BYTES, Origin, Part
from dagster_project.ingest.rejected import Rejected
from dagster_project.ingest.report import IngestReport
from dagster_project.ingest.serial_numbers import SerialNumbers
from dagster_project.ingest.store import Output, Store
from dagster_project.ingest.validate import Tally
from dagster_project.ingest.worklist import Task, door_version, tasks_by_feed

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
    serial: SerialNumbers | None = None,
    known_on: datetime | None = None,
    ledger: Ledger | None = None,
) -> IngestReport:
    """Read every new or changed delivery up to `as_of` (and of `dates`, if given), once.

    With `known_on` the landing folder is left alone: only versions that had been received by then are judged again
    where they must be. `ledger` is the home's, where the caller has it open.
    `serial` lists columns whose numbers are no BSNs; a file that it comes to speak of, or no longer does, is judged
    again.
    `force` judges deliveries again from the archive, as happens by itself when the contracts or the door change or a
    store file is gone.
    `progress` gets feed, files done, files to do. The caller holds the home's lock. Raises ZorgmartError,
    TemporaryError where trying again can help.
    """
    pseudonym.check_key(key)
    try:
        with nullcontext(ledger) if ledger else Ledger(home) as ledger:
            require_journal_known(home, ledger)
            ledger.check_key(pseudonym.fingerprint(key))
            with frugal_arrow(), _Door(home, key, ledger, progress, serial or SerialNumbers()) as door:
                return door.run(None if known_on else landing, as_of, dates, force, known_on)
    except (OSError, sqlite3.Error) as error:
        sentence = f"The ingest stopped ({error}); mend that and run again, nothing is half done."
        raise error_because(error, sentence) from error


def judge_from_archive(
    home: Path, key: str, ledger: Ledger, versions: Iterable[Version], progress: Progress | None = None
) -> IngestReport:
    """Judge versions, also replaced ones, from their bytes in the archive and record them in a ledger that may stand
    anywhere. The caller holds the home's lock. Raises ZorgmartError.

    Nothing is listed as serial numbers: where a list speaks of a file, the next run judges it again.
    """
    tasks: dict[str, list[Task]] = {}
    for version in versions:
        tasks.setdefault(version.feed, []).append(Task(*version.name, None, version, judge_again=True))
    try:
        with frugal_arrow(), _Door(home, key, ledger, progress, SerialNumbers()) as door:
            return door.judge(tasks)
    except (OSError, sqlite3.Error) as error:
        raise error_because(error, f"The files could not be judged ({error}); mend that and try again.") from error


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

    def __init__(self, home: Path, key: str, ledger: Ledger, progress: Progress | None, serial: SerialNumbers) -> None:
        self._key, self._ledger, self._progress, self._serial = key, ledger, progress, serial
        self._archive, self._store, self._journal = Archive(home), Store(home), Journal(home)
        self._received, self._version_id = ledger.last_numbers()
        self._received_at = ledger.last_instant() + timedelta(microseconds=1)
        self._new: set[int] = set()
        self._report = IngestReport()
        self._copier = ThreadPoolExecutor(8, thread_name_prefix="archive")
        self._judge = ThreadPoolExecutor(JUDGES, thread_name_prefix="judge")
        self._under_way: deque[Future[_Judgement]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._judge.shutdown(cancel_futures=True)
        self._copier.shutdown(cancel_futures=True)

    def run(
        self, landing: Path | None, as_of: date, dates: Collection[date] | None, force: bool, known_on: datetime | None
    ) -> IngestReport:
        self._journal.catch_up(self._ledger, pseudonym.fingerprint(self._key))
        self._archive.sweep()
        self._store.sweep(self._ledger.files())
        lying = scan(landing) if landing else Scan()
        self._report.ignored += [*lying.ignored, *lying.later_than(max(as_of, today()))]
        gone = self._store.missing(self._ledger.files())

        def must_judge(version: Version) -> bool:
            is_other_door = version.door_version != self._door_version(version.feed, version.file)
            return force or is_other_door or version.store_file in gone or version.quarantine_file in gone

        self.judge(tasks_by_feed(lying.found, self._ledger.newest(known_on), as_of, dates, must_judge))
        if landing:
            self._ledger.note_passed_over(self._report.ignored, datetime.now(UTC))
        return self._report

    def judge(self, tasks_by_feed: dict[str, list[Task]]) -> IngestReport:
        """Judge the files of these tasks and record them."""
        for feed, tasks in tasks_by_feed.items():
            self._read_feed(FEEDS[feed], tasks)
        self._settle()
        return self._report

    def _door_version(self, feed: str, file: str) -> str:
        return door_version(feed) + self._serial.mark(feed, file)

    def _guard(self, feed: Feed, versions: list[Version], *, in_pieces: bool = False) -> Guard:
        files = {version.version_id: version.file for version in versions}
        return Guard(feed, self._serial.columns(feed.name, files), in_pieces=in_pieces)

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
            self._report.ignored.append(Ignored.at(task.path, str(error)))
            return None
        if taken is None:
            self._report.waiting.append(task.path)
            self._report.ignored.append(Ignored.at(task.path, "it changed while it was read", "waiting"))
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
            whole = open_parts(batch.feed, origin, taken.data, task.file)
            self._finish_large(batch.feed, version, whole, chain(first, parts), copies)
            return _Batch(batch.feed)
        batch.add(version, first, copies)
        if batch.is_full:
            self._finish(batch)
            return _Batch(batch.feed)
        return batch

    def _version(self, task: Task, taken: Taken) -> Version:
        """A new version; or the known one, under a new number, if its bytes are judged again."""
        self._version_id += 1
        content = (task.feed, task.delivery_date, task.file, taken.sha256, taken.size)
        door = self._door_version(task.feed, task.file)
        if task.known and task.known.sha256 == taken.sha256:
            known, signature = task.known, taken.signature if task.found else task.known.signature
            again = (self._version_id, *content, signature, door)
            return Version(known.received, *again, received_at=known.received_at)
        self._received += 1
        self._new.add(self._received)
        self._received_at = max(datetime.now(UTC), self._received_at)
        new = (self._received, self._version_id, *content, taken.signature, door)
        return Version(*new, received_at=self._received_at)

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
        new = [version for version in judgement.versions if version.received in self._new]
        self._journal.append(Entry.of(version, pseudonym.fingerprint(self._key)) for version in new)
        self._report.add(judgement.versions)

    def _judge_batch(self, batch: _Batch) -> _Judgement:
        guard = self._guard(batch.feed, batch.versions)
        judged, rejected = judge_parts(batch.feed, batch.parts, self._key, guard) if batch.parts else ([], {})
        for version in batch.versions:
            if version.version_id in rejected:
                _reject(version, rejected[version.version_id])
        output = self._store.output(batch.feed.name, batch.versions[0].version_id)
        output.add(judged)
        return _publish(batch.versions, output, merged(judged), batch.copies)

    def _finish_large(
        self, feed: Feed, version: Version, whole: Iterable[Part], parts: Iterable[Part], copies: list[Future[None]]
    ) -> None:
        """Piece by piece, after a look at the `whole`; a file that is unreadable at its end leaves nothing."""
        self._settle()
        output, repeats, tally = (
            self._store.output(feed.name, version.version_id),
            Repeats(feed, in_pieces=True),
            Tally(),
        )
        try:
            guard = learned(feed, whole, self._guard(feed, [version], in_pieces=True))
            for part in parts:
                judged = judge_together(feed, [part], self._key, repeats, guard)
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
