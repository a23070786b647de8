"""Random small landings for property tests: many cases packed into one folder of deliveries.

Files and lines that are torn or no table are not generated; `test_oracle_door` has those.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random

from hypothesis import strategies as st

from . import tiny, tiny_records
from .landings_cases import BASES, case_versions
from .landings_records import CHANGES, random_observation, record_versions
from .landings_reference import BUDGETED, PROVIDERS, YEARS, reference_versions
from .writing import Record, write_delivery

DAYS = (date(2026, 1, 15), date(2026, 2, 1), date(2026, 2, 20))
PACKED_SEED = 13
RECORDS = {"contacts", "contracts", "exceptions", "function_allocations", "kpi_observations", "network_costs",
    "transition_arrangements",
}  # fmt: skip
NAMES = ("B.csv", "a.csv", "b.csv.gz", "c.parquet")


@dataclass(frozen=True)
class Landing:
    """Deliveries as (feed, delivery date, file name, separator, rows)."""

    deliveries: tuple[tuple[str, date, str, str, tuple[Record, ...]], ...]

    def write(self, folder: Path) -> Path:
        """Writes all of it as a landing folder and returns the folder."""
        for feed, day, name, separator, rows in self.deliveries:
            write_delivery(folder, feed, day, name, rows, separator=separator)
        return folder


def landings(max_cases: int = 6) -> st.SearchStrategy[Landing]:
    """Landings of 1..`max_cases` cases, of which fewer is simpler; drawn by seed, as drawing row by row is slow."""
    return st.builds(
        lambda seed, cases: random_landing(Random(seed), cases), st.integers(0, 2**32), st.integers(1, max_cases)
    )


def random_landing(random: Random, cases: int) -> Landing:
    """A landing of `cases` patients with every feed beside them."""
    versions: list[tuple[str, Record]] = [*reference_versions(random), *record_versions(random, cases)]
    for case in range(cases):
        versions += case_versions(random, case)
    versions += [("capacity_snapshots", row) for row in _snapshots(random, cases)]
    beside = [_contributed(), *_costs(Random(cases))]
    return Landing((*_delivered(random, versions), *_measured(Random(cases), cases), *beside))


def packed_landing(seed: int) -> Landing:
    """The landing whose figures the pipeline must have, too; with `PACKED_SEED` every rule has findings in it."""
    return random_landing(Random(seed), 600)


def _delivered(random: Random, versions: list[tuple[str, Record]]) -> list[tuple]:
    """Spreads row versions over dates and files; some rows come again, whole or with a change."""
    files: dict[tuple[str, date, str], list[Record]] = defaultdict(list)
    for feed, row in versions:
        files[(feed, random.choice(DAYS), random.choice(NAMES))].append(row)
        if random.random() < (0.4 if feed in RECORDS else 0.15):
            again = row if random.random() < 0.5 else _changed(random, feed, row)
            files[(feed, random.choice(DAYS), random.choice(NAMES))].append(again)
    return [(*key, random.choice(",;"), tuple(rows)) for key, rows in sorted(files.items())]


def _measured(random: Random, cases: int) -> list[tuple]:
    """Measurements of KPIs in files of their own, beside the versions that all feeds have."""
    files: dict[date, list[Record]] = defaultdict(list)
    for _ in range(min(200, 3 + cases // 2)):
        files[random.choice(DAYS)].append(random_observation(random))
    return [("kpi_observations", day, "d.csv", ",", tuple(rows)) for day, rows in sorted(files.items())]


def _contributed() -> tuple:
    """What GP posts and ambulances hold against an availability contribution: the state pays their lines for it."""
    rows = tuple(
        tiny_records.allocation(
            region_code=tiny.NOORD, function=function, provider_agb=agb, valid_from="2023-01-01",
            funding_source="availability_contribution",
        )
        for agb in BUDGETED[2:]
        for function in ("triage", "urgency", "capacity_insight")
    )  # fmt: skip
    return ("function_allocations", DAYS[0], "e.csv", ",", rows)


def _costs(random: Random) -> list[tuple]:
    """Real costs of two dates: of most providers with a budget, in both editions, now and then of another law."""
    files: dict[date, list[Record]] = defaultdict(list)
    for agb, year, category in product((*BUDGETED, "99999999"), YEARS, ("staff", "rent")):
        for edition in ("provisional", "audited"):
            if random.random() < 0.6:
                files[random.choice(DAYS[:2])].append(
                    {
                        "provider_agb": agb, "year": year, "category": category, "edition": edition,
                        "legal_framework": random.choice(("Zvw", "Zvw", "Zvw", "Wlz")),
                        "amount_cents": random.randint(-999, 99_999),
                    }
                )  # fmt: skip
    return [("provider_costs", day, "f.csv", ";", tuple(rows)) for day, rows in sorted(files.items())]


def _changed(random: Random, feed: str, row: Record) -> Record:
    return {**row, **random.choice(CHANGES.get(feed, ({},)))}


def _snapshots(random: Random, cases: int) -> list[Record]:
    """Walks of a few locations with an even, then a broken cadence, over midnight and a clock change."""
    rows = []
    for location in range(min(6, 1 + cases // 4)):
        agb, _ = random.choice(PROVIDERS)
        at = random.choice(BASES)
        for _ in range(random.randint(1, 12)):
            rows.append(
                tiny.snapshot(
                    at.isoformat(),
                    random.choice(("open", "pressure", "stop", "stop", "timeout")),
                    provider_agb=agb,
                    location_code=f"L{location}",
                    unit=random.choice(("seh", "seh", "seh", "hap")),
                    places_total=random.choice((None, 0, 7, 10)),
                    places_occupied=random.choice((None, 0, 3, 12)),
                )
            )
            at += timedelta(minutes=random.choice((5, 5, 5, 7, 10, 11, 20, 60)))
    return rows
