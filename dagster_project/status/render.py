"""A status as text for a person, as JSON, and in the text format of Prometheus (exposition format 0.0.4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dagster_project.status.collect import Named, Status
from dagster_project.status.runs import LastRun

Sample = tuple[dict[str, str], float]


def as_text(status: Status) -> str:
    """Lines for a person."""
    lines = [_release_line(named) for named in status.releases]
    lines += [_run_line(status.run)]
    lines += [f"{name}: {count:,} files" for name, count in status.files.items()]
    lines += [f"  {line}" for line in status.not_read]
    lines += ["freshness by newest delivery date:"]
    lines += [f"  {one.state:<5} {one.sentence}" for one in status.feeds]
    taken = ", ".join(f"{part} {size / 1e6:,.1f} MB" for part, size in status.bytes.items())
    lines += [f"disk: {status.free / 1e9:,.1f} GB free; {taken}"]
    if status.verified is None:
        lines += ["hashes: not looked at (--verify)"]
    for part in status.verified or ():
        lines += [f"hashes: {part.part}, {part.files:,} files, {len(part.damaged):,} damaged or gone"]
    lines += [f"problem: {problem}" for problem in status.problems]
    return "\n".join(lines) + "\n"


def _release_line(named: Named) -> str:
    if named.release_id is None:
        return f"{named.pointer} release: none"
    if named.as_of is None or named.age is None or named.made_at is None:
        return f"{named.pointer} release: {named.release_id}, which can't be read"
    days = named.age / timedelta(days=1)
    return (
        f"{named.pointer} release: {named.release_id}, deliveries up to {named.as_of} ({days:,.1f} days ago),"
        f" made {named.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    )


def _run_line(run: LastRun) -> str:
    when = f", began {run.started_at:%Y-%m-%d %H:%M} UTC" if run.started_at else ""
    ended = f", ended {run.ended_at:%Y-%m-%d %H:%M} UTC" if run.ended_at else ""
    return f"last run: {run.outcome}{when}{ended}{f': {run.reason}' if run.reason else ''}"


def as_json(status: Status) -> str:
    """One object; instants and dates in ISO form, durations in seconds."""
    told = {
        "at": status.at,
        "home": str(status.home),
        "ok": status.is_good,
        "problems": status.problems,
        "max_age_seconds": status.max_age,
        "releases": {named.pointer: _named(named) for named in status.releases},
        "last_run": vars(status.run),
        "freshness": [
            {"feed": one.feed, "newest": one.newest, "expected_every_days": one.every.days, "state": one.state}
            for one in status.feeds
        ],
        "files": {name.replace(" ", "_"): count for name, count in status.files.items()},
        "not_read": status.not_read,
        "bytes": status.bytes,
        "free_bytes": status.free,
        "verified": [vars(part) for part in status.verified] if status.verified is not None else None,
    }
    return json.dumps(told, indent=1, default=_plain) + "\n"


def _named(named: Named) -> dict[str, Any] | None:
    if named.release_id is None:
        return None
    return {
        "release_id": named.release_id, "as_of": named.as_of, "made_at": named.made_at, "age_seconds": named.age,
    }  # fmt: skip


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def as_prometheus(status: Status) -> str:
    """Gauges, each with its help and type; what is not known is left out."""
    lines = []
    for name, words, samples in _gauges(status):
        if samples:
            lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge"]
            lines += [f"{name}{_labels(labels)} {value:.17g}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _gauges(status: Status) -> Iterator[tuple[str, str, list[Sample]]]:
    named = [one for one in status.releases if one.release_id]
    yield "zorgmart_ok", "1 unless zorgmart status has a problem to tell.", [({}, float(status.is_good))]
    yield "zorgmart_release_info", "Release that a pointer names.", [
        ({"pointer": one.pointer, "release_id": str(one.release_id)}, 1.0) for one in named
    ]  # fmt: skip
    yield "zorgmart_release_age_seconds", "Seconds since the end of a release's last delivery day.", [
        ({"pointer": one.pointer}, one.age.total_seconds()) for one in named if one.age is not None
    ]  # fmt: skip
    yield "zorgmart_release_made_timestamp_seconds", "When a release was made.", [
        ({"pointer": one.pointer}, one.made_at.timestamp()) for one in named if one.made_at is not None
    ]  # fmt: skip
    yield "zorgmart_last_run_info", "What became of the last run.", [({"outcome": status.run.outcome}, 1.0)]
    yield "zorgmart_last_run_end_timestamp_seconds", "When the last run ended.", (
        [({}, status.run.ended_at.timestamp())] if status.run.ended_at else []
    )  # fmt: skip
    yield from _gauges_of_feeds(status)
    yield "zorgmart_files", "Files of the landing folder, and rejected deliveries.", [
        ({"state": name.replace(" ", "_")}, float(count)) for name, count in status.files.items()
    ]  # fmt: skip
    yield "zorgmart_used_bytes", "Bytes that a part of the home takes.", [
        ({"part": part}, float(size)) for part, size in status.bytes.items()
    ]  # fmt: skip
    yield "zorgmart_free_bytes", "Free bytes on the disk of the home.", [({}, float(status.free))]
    yield "zorgmart_damaged_files", "Files that are not as their hash says, or gone.", [
        ({"part": part.part}, float(len(part.damaged))) for part in status.verified or ()
    ]  # fmt: skip


def _gauges_of_feeds(status: Status) -> Iterator[tuple[str, str, list[Sample]]]:
    delivered = [one for one in status.feeds if one.newest is not None]
    midnight = datetime.min.time()
    yield "zorgmart_feed_newest_delivery_timestamp_seconds", "Newest delivery date of a feed, at 0:00 UTC.", [
        ({"feed": one.feed}, datetime.combine(one.newest, midnight, UTC).timestamp()) for one in delivered if one.newest
    ]  # fmt: skip
    yield "zorgmart_feed_late", "1 for a feed whose next delivery is late.", [
        ({"feed": one.feed}, float(one.state == "late")) for one in delivered
    ]  # fmt: skip


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


RENDER = {"text": as_text, "json": as_json, "prometheus": as_prometheus}
