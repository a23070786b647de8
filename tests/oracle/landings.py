"""Random small landings for property tests: many cases packed into one folder of deliveries.

A case is one patient with a few declarations and credits, chosen so that the rules bite: the same
days, codes and tariffs come back often, amounts lie on and beside their limits. Files and lines
that are torn or no table are not generated; `test_oracle_door` has those.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from hypothesis import strategies as st

from . import tiny
from .landings_reference import PROVIDERS, reference_versions
from .writing import Record, write_delivery

DAYS = (date(2026, 1, 15), date(2026, 2, 1), date(2026, 2, 20))
NAMES = ("B.csv", "a.csv", "b.csv.gz", "c.parquet")
CENTS = {(row["performance_code"], row["sector"]): row["tariff_cents"] or 1234 for row in tiny.reference()["tariffs"]}
TRIAGE = ("Z100", "H100", "R100")
CODES = (*sorted({code for code, _ in CENTS}), *TRIAGE, *TRIAGE, "X100")
BASES = tuple(
    datetime.fromisoformat(text)
    for text in (
        "2024-12-31T22:30:00+00:00", "2025-03-03T09:00:00+01:00", "2025-03-29T23:30:00+00:00",
        "2025-06-30T21:30:00+00:00", "2025-10-25T22:00:00+00:00", "2025-12-31T12:00:00+01:00",
    )
)  # fmt: skip
MINUTES = (0, 0, 1, 60, 120, 24 * 60 - 120, 24 * 60, 24 * 60 + 1, 40 * 24 * 60)


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
    """Landings of 1..`max_cases` cases that shrink; for hundreds of cases use `random_landing` with a seed."""
    return st.builds(random_landing, st.randoms(use_true_random=False), st.integers(1, max_cases))


def random_landing(random: Random, cases: int) -> Landing:
    """A landing of `cases` patients, their reference feeds, payments, budgets, shares and snapshots."""
    versions: list[tuple[str, Record]] = [*reference_versions(random)]
    for case in range(cases):
        versions += [("declarations", row) for row in _case(random, case)]
    versions += [("capacity_snapshots", row) for row in _snapshots(random, cases)]
    return Landing(tuple(_delivered(random, versions)))


def _delivered(random: Random, versions: list[tuple[str, Record]]) -> list[tuple]:
    """Spreads row versions over dates and files; some rows come again, whole or with a change."""
    files: dict[tuple[str, date, str], list[Record]] = defaultdict(list)
    for feed, row in versions:
        files[(feed, random.choice(DAYS), random.choice(NAMES))].append(row)
        if random.random() < 0.15:
            again = row if random.random() < 0.5 else _changed(random, feed, row)
            files[(feed, random.choice(DAYS), random.choice(NAMES))].append(again)
    return [(*key, random.choice(",;"), tuple(rows)) for key, rows in sorted(files.items())]


def _changed(random: Random, feed: str, row: Record) -> Record:
    changes = {
        "declarations": ({"amount_cents": 4000}, {"quantity": 0}, {"performance_code": "NOPE"}, {"episode_id": "e1"}),
        "payments": ({"amount_cents": 12_300}, {"kind": "advance"}, {"insurer_uzovi": "9999"}),
        "budgets": ({"edition": "final"}, {"amount_cents": 1}),
        "market_shares": (*({"insured_count": n} for n in range(5)), {"share": "0.5"}, {"share": "1.5"}),
        "tariffs": ({"max_per_day": 3}, {"tariff_cents": 4100}, {"covers_budget": False}),
        "providers": ({"region_code": tiny.ZWOLLE}, {"valid_to": "2025-09-30"}),
        "capacity_snapshots": ({"status": "stop"}, {"places_occupied": -1}),
    }
    return {**row, **random.choice(changes.get(feed, ({},)))}


def _case(random: Random, case: int) -> list[Record]:
    """The declarations of one patient: a few debits, then credits that fit, differ, or come twice."""
    patient = tiny.bsn(case) if random.random() < 0.7 else f"{case:064x}"
    codes = [random.choice(CODES) for _ in range(random.randint(1, 3))]
    bases = [random.choice(BASES) for _ in range(random.choice((1, 1, 2)))]
    debits = [
        _debit(random, patient, f"{case}-{number}", random.choice(codes), random.choice(bases))
        for number in range(random.randint(1, 6))
    ]
    credits = [
        _credit(random, random.choice(debits), f"{case}-c{number}") for number in range(random.choice((0, 0, 1, 2, 3)))
    ]
    return [_spoiled(random, row) if random.random() < 0.05 else row for row in (*debits, *credits)]


def _debit(random: Random, patient: str, declaration_id: str, code: str, base: datetime) -> Record:
    agb, sector = random.choice([(agb, sector) for agb, sector in PROVIDERS if (code, sector) in CENTS])
    start = base + timedelta(minutes=random.choice(MINUTES))
    quantity = random.choice((1, 1, 1, 2, 3))
    return tiny.declaration(
        declaration_id,
        provider_agb=agb,
        insurer_uzovi=random.choice(tiny.INSURERS),
        patient_key=patient,
        performance_code=code,
        service_start=start.isoformat(),
        service_end=random.choice((None, (start + timedelta(minutes=5)).isoformat())),
        episode_id=random.choice((None, "e1", "e2")),
        quantity=quantity,
        amount_cents=_amount(random, CENTS[(code, sector)] * quantity),
        declared_on=(start.date() + timedelta(days=random.choice((1, 1, 2, 14)))).isoformat(),
    )


def _amount(random: Random, full: int) -> int:
    """Mostly the tariff itself, else on or beside one of the limits."""
    beside = (full + 1, full - 1, full * 2, full * 11 // 10, full * 11 // 10 + 1, full * 21 // 20, 4200)
    return random.choice(beside) if random.random() < 0.3 else full


def _credit(random: Random, debit: Record, declaration_id: str) -> Record:
    changes: list[Record] = [
        {"amount_cents": debit["amount_cents"] + 1},
        {"quantity": debit["quantity"] + 1},
        {"insurer_uzovi": random.choice(tiny.INSURERS)},
        {"patient_key": tiny.bsn(9_999)},
        {"performance_code": "H100"},
        {"corrects_declaration_id": "nowhere"},
        {"corrects_declaration_id": declaration_id},
    ]
    start = datetime.fromisoformat(debit["service_start"]) + timedelta(days=random.choice((0, 0, 35)))
    moved = {"service_start": start.isoformat(), "service_end": None}
    declared = (start.date() + timedelta(days=random.choice((2, 3, 3)))).isoformat()
    differing = random.choice(changes) if random.random() < 0.3 else {}
    return tiny.credit(declaration_id, debit, **(moved | {"declared_on": declared} | differing))


def _spoiled(random: Random, row: Record) -> Record:
    """The row with one or two faults of shape or reference."""
    faults: tuple[Record, ...] = (
        {"quantity": 0}, {"quantity": "one"}, {"amount_cents": "12.50"}, {"amount_cents": -4000},
        {"amount_cents": None},
        {"patient_key": "123456789"}, {"service_start": "2025-03-03T10:00:00"}, {"declared_on": "2023-12-31"},
        {"declared_on": "2026-02-10"}, {"legal_framework": "zvw"}, {"birth_year": 2027}, {"provider_agb": "99999999"},
        {"insurer_uzovi": "9999"}, {"performance_code": "NOPE"}, {"service_end": "2024-01-01T00:00:00Z"},
        {"corrects_declaration_id": None, "debit_credit": "C"}, {"corrects_declaration_id": "x", "debit_credit": "D"},
    )  # fmt: skip
    return {**row, **random.choice(faults), **random.choice((*faults, {}, {}, {}))}


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
