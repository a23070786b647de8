"""Which versions were ever received, in what order, from everything that tells: the archive's journal, the manifests
of the releases, and what is left of the ledger.

Nothing here reads a delivered file or changes anything.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from dagster_project.errors import ZorgmartError
from dagster_project.ingest.journal import Entry, Journal
from dagster_project.ingest.ledger import Ledger
from dagster_project.publish.pointer import releases

Name = tuple[str, str, str]


def known_versions(home: Path) -> list[Entry]:
    """Every version once, in the order of receiving, numbered from 1.

    Each source knows the versions of a name from its first one on, so the source that knows most of them is believed.
    """
    best: dict[Name, list[Entry]] = {}
    for source in _sources(home):
        for name, entries in source.items():
            best[name] = max(best.get(name, []), entries, key=len)
    # Of one name the instants never fall, and a sort keeps the order of what is equal.
    ordered = sorted((e for name in sorted(best) for e in best[name]), key=lambda entry: entry.received_at or "")
    return [replace(entry, received=number) for number, entry in enumerate(ordered, 1)]


def _sources(home: Path) -> Iterator[dict[Name, list[Entry]]]:
    yield _by_name(sorted(Journal(home).read().values(), key=lambda entry: entry.received))
    for release in reversed(releases(home)):
        yield _by_name(_of_manifest(release.manifest))
    yield _by_name(_of_ledger(home))


def _by_name(entries: list[Entry]) -> dict[Name, list[Entry]]:
    named: dict[Name, list[Entry]] = defaultdict(list)
    for entry in entries:
        named[entry.feed, entry.delivery_date, entry.file].append(entry)
    return named


def _of_manifest(manifest: Any) -> list[Entry]:
    """Of a manifest that is damaged nothing. One of 0.4.0 and before has no numbers: there the one in force is last."""
    try:
        deliveries = sorted(
            manifest()["deliveries"], key=lambda told: (told.get("version", 0), told["status"] != "replaced")
        )
        return [
            Entry(
                0, told["feed"], str(told["delivery_date"]), told["file"], told["sha256"], told.get("bytes", 0),
                told.get("received_at"), "",
            )
            for told in deliveries
        ]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _of_ledger(home: Path) -> list[Entry]:
    try:
        with Ledger(home, read_only=True) as ledger:
            return [Entry.of(version, "") for version in ledger.all_versions()]
    except (ZorgmartError, sqlite3.Error):
        return []
