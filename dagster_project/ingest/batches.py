"""One batch: the parts of many small files, or the pieces of one large one, read and judged together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from dagster_project.feeds import Feed
from dagster_project.ingest.bsn_guard import Guard
from dagster_project.ingest.control_totals import MOST_CENTS
from dagster_project.ingest.duplicate_keys import Repeats
from dagster_project.ingest.reading import Origin, Part, Reading, TextPart, TypedPart
from dagster_project.ingest.rejected import Rejected, rejecting
from dagster_project.ingest.text_csv import read_columns, read_text, text_parts
from dagster_project.ingest.typed_parquet import typed_parts
from dagster_project.ingest.typed_rows import read_typed
from dagster_project.ingest.validate import Judged, Tally, judge


def open_parts(feed: Feed, origin: Origin, source: bytes | Path, name: str) -> Iterator[Part]:
    """The parts of one file, by the ending of its name; more than one if the file is large. Raises Rejected."""
    reader = typed_parts if name.endswith(".parquet") else text_parts
    with rejecting():
        yield from reader(feed, origin, source, name)


def judge_parts(feed: Feed, parts: Sequence[Part], key: str, guard: Guard) -> tuple[list[Judged], dict[int, str]]:
    """Judge parts of different files at once; the second value gives for each file that can't be read the reason."""
    try:
        return judge_together(feed, parts, key, Repeats(feed), guard), {}
    except Rejected as rejection:
        if len(parts) == 1:
            return [], {parts[0].origin.version_id: str(rejection)}
    judged: list[Judged] = []
    rejected: dict[int, str] = {}
    for part in parts:
        one, refused = judge_parts(feed, [part], key, guard)
        judged += one
        rejected |= refused
    return judged, rejected


def judge_together(feed: Feed, parts: Sequence[Part], key: str, repeats: Repeats, guard: Guard) -> list[Judged]:
    """Judge parts, all or none. Raises Rejected if one can't be judged, or a row or a cent is lost on the way."""
    with rejecting():
        judged = [judge(feed, reading, key, repeats, guard) for reading in _readings(feed, parts)]
    for tally in merged(judged).values():
        check(tally)
    return judged


def learned(feed: Feed, parts: Iterable[Part], guard: Guard) -> Guard:
    """Let the guard count the numbers of a whole file before any part of it is judged. Raises Rejected."""
    for part in parts:
        with rejecting():
            few = read_columns(part, guard.counted) if isinstance(part, TextPart) else None
            for rows in [few] if few is not None else [reading.rows for reading in _readings(feed, [part])]:
                guard.learn(rows)
    return guard


def merged(judged: Sequence[Judged]) -> dict[int, Tally]:
    """The counts of each version over all pieces."""
    tallies: dict[int, Tally] = defaultdict(Tally)
    for one in judged:
        for version, tally in one.tallies.items():
            tallies[version] += tally
    return tallies


def check(tally: Tally) -> None:
    """Raise Rejected unless rows and cents delivered are those accepted and quarantined."""
    if not tally.adds_up:
        raise Rejected(
            "counts_differ",
            f"{tally.rows} rows and {tally.cents} cents were delivered, {tally.accepted + tally.quarantined} rows and "
            f"{tally.accepted_cents + tally.quarantined_cents} cents came out; send the file in another form",
        )
    if max(abs(tally.cents), abs(tally.accepted_cents)) > MOST_CENTS:
        raise Rejected("amounts_too_large", "its amounts add up to more than can be counted; mend the amounts")


def _readings(feed: Feed, parts: Sequence[Part]) -> Iterator[Reading]:
    texts = [part for part in parts if isinstance(part, TextPart)]
    if texts:
        yield read_text(feed, texts)
    yield from read_typed(feed, [part for part in parts if isinstance(part, TypedPart)])
