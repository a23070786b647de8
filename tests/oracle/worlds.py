"""The same random rows several times side by side in one landing, each time under other names, delivered differently.

One build then answers whether two ways of delivering say the same. Insurers and national tariffs are
shared; providers, regions, patients and numbers are each world's own, in the order that they had.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

from dagster_project.feeds import FEEDS
from dagster_project.feeds.contract import AGB

from . import tiny
from .bsn import passes
from .landings_cases import case_versions
from .landings_records import record_versions
from .landings_reference import reference_versions
from .writing import Record, write_delivery

Rows = dict[str, list[Record]]  # per feed, each key once

DAYS = (date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3))  # after everything that the rows speak of
NUMBERS = {"payment_id", "contract_id", "invoice_id", "contact_id", "exception_id"}
REGIONS = (tiny.NOORD, tiny.ZWOLLE)
PLACES = (("brabant", "euregio"), ("limburg", "midden"), ("noord", "noord_holland_flevoland"), ("oost", "west"))
"""The regions that each world has for those two, in the same order; there are ten, so not for more worlds."""
SHARED = {"insurers"}


def random_rows(seed: int, cases: int) -> Rows:
    """The rows of a random landing before they are spread over files, the first of each key alone."""
    random, rows = Random(seed), {}
    versions = [*reference_versions(random), *record_versions(random, cases)]
    for case in range(cases):
        versions += case_versions(random, case)
    for feed, row in versions:
        rows.setdefault(feed, {}).setdefault(tuple(str(row.get(name)) for name in FEEDS[feed].key), row)
    return {feed: list(of_feed.values()) for feed, of_feed in rows.items()}


@dataclass
class World:
    """A number of two digits, and the names that it gave: new → old."""

    number: int
    names: dict[str, str] = field(default_factory=dict)
    patients: dict[str, str] = field(default_factory=dict)

    def renamed(self, rows: Rows) -> Rows:
        """The rows under this world's names; what is shared is left out of all worlds but the first."""
        return {
            feed: [self._row(feed, row) for row in of_feed if self.number == 0 or not _is_shared(feed, row)]
            for feed, of_feed in rows.items()
        }

    def old(self, text: str | None) -> str | None:
        """A published name or line as it would be called without worlds."""
        return None if text is None else "/".join(self.names.get(part, part) for part in text.split("/"))

    def _row(self, feed: str, row: Record) -> Record:
        patterns = {column.name: column.pattern for column in FEEDS[feed].columns}
        return {name: self._cell(name, patterns[name], value) for name, value in row.items()}

    def _cell(self, name: str, pattern: str | None, value: object) -> object:
        if name == "patient_key" and value:
            return self._patient(str(value))
        if name in NUMBERS or (name == "parameter" and re.fullmatch(r"K\d+", str(value))):
            return self._named(f"{self.number:02}-{value}", value)
        if name == "parameters" and '"members"' in str(value):
            return self._of_members(str(value))
        if value in REGIONS:
            return self._named(PLACES[self.number][REGIONS.index(value)], value)
        is_provider = pattern == AGB or (name == "scope" and str(value).isdigit())
        return self._provider(str(value)) if value and is_provider else value

    def _of_members(self, parameters: str) -> str:
        given = json.loads(parameters)
        return json.dumps(given | {"members": [self._provider(agb) for agb in given["members"]]})

    def _provider(self, agb: str) -> str:
        return self._named(f"{agb[:4]}{self.number:02}{agb[6:]}", agb)

    def _named(self, new: str, old: str) -> str:
        self.names[new] = old
        return new

    def _patient(self, old: str) -> str:
        if len(old) == 9 and not passes(old):
            return old
        number = len(self.patients)
        fresh = partial(tiny.bsn, 100_000 * (1 + self.number) + number)
        new = fresh() if len(old) == 9 else f"{self.number + 1:032x}{number:032x}"
        return self.patients.setdefault(old, new)


def _is_shared(feed: str, row: Record) -> bool:
    return feed in SHARED or (feed == "tariffs" and not row.get("provider_agb"))


def write_at_once(landing: Path, name: str, rows: Rows) -> None:
    """One file per feed, on the last day, in the order of the rows."""
    for feed, of_feed in rows.items():
        if of_feed:
            write_delivery(landing, feed, DAYS[-1], f"{name}.csv", of_feed)


def _together(feed: str, rows: list[Record]) -> list[list[Record]]:
    """The rows in the parts that can be delivered on days of their own."""
    if feed != "budgets":
        return [[row] for row in rows]
    editions: dict[tuple, list[Record]] = defaultdict(list)
    for row in rows:
        editions[(row["provider_agb"], row["year"], row["edition"])].append(row)
    return list(editions.values())


def _flat(parts: list[list[Record]]) -> list[Record]:
    return [row for part in parts for row in part]


def write_in_pieces(landing: Path, name: str, rows: Rows, random: Random) -> None:
    """Shuffled, split over files, formats and days; every file comes twice, and a third of the rows once more.

    An edition of a budget stays together, for a later date replaces it whole.
    """
    for feed, of_feed in rows.items():
        together = _together(feed, of_feed)
        shuffled = random.sample(together, len(together))
        repeated = _flat(random.sample(together, len(together) // 3))
        for number, day in enumerate(DAYS):
            piece = _flat(shuffled[number :: len(DAYS)])
            suffix = random.choice(("csv", "csv.gz", "parquet"))
            if piece:
                write_delivery(landing, feed, day, f"{name}-{number}.{suffix}", piece)
                write_delivery(landing, feed, random.choice(DAYS), f"{name}-again-{number}.{suffix}", piece)
        if repeated:
            write_delivery(landing, feed, random.choice(DAYS), f"{name}-repeated.csv", repeated)
