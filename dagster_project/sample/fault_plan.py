"""Where faults are put: on which delivery dates, in which sound rows, and what heals later.

Rows with text that Parquet could not hold make that date's file CSV. Every row has a patient and a number of its own,
so that it disturbs no other row, healed or not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from dagster_project.sample.care import World
from dagster_project.sample.faults import (
    CONTACT_FAULTS,
    DECLARATION_FAULTS,
    REGISTER_FAULTS,
    SNAPSHOT_FAULTS,
    FaultKind,
    Fields,
    local_text,
)  # fmt: skip
from dagster_project.sample.ground_truth import planted_count
from dagster_project.sample.reference import texts
from dagster_project.sample.reference_feeds import SINCE
from dagster_project.sample.shares import share_set
from dagster_project.sample.sound_rows import sound_row_of

PER_KIND, DATES, HEALED, HEALED_AFTER = 3, 24, 3, 15
FIRST_PATIENT = 10_000
DAILY_FAULTS = {"declarations": DECLARATION_FAULTS, "capacity_snapshots": SNAPSHOT_FAULTS, "contacts": CONTACT_FAULTS}


@dataclass(frozen=True)
class RawRow:
    """A row put into a CSV file as it is; without rules it is sound and only keeps another company.

    With `repeats_first` its fields are those of the file's first row.
    """

    fields: Fields
    kind: str
    rules: tuple[str, ...] = ()
    may_also: tuple[str, ...] = ()
    extra_fields: int = 0
    heals_on: str | None = None
    repeats_first: bool = False


@dataclass
class FaultPlan:
    """Raw rows per feed and day, and the reference rows that arrive late, per feed and day."""

    world: World
    rows: dict[tuple[str, int], list[RawRow]] = field(default_factory=lambda: defaultdict(list))
    late: dict[tuple[str, int], list[Fields]] = field(default_factory=lambda: defaultdict(list))
    serial: Iterator[int] = field(default_factory=count)

    def days(self) -> list[int]:
        """Delivery dates that get faulty rows, evenly spread."""
        last = self.world.calendar.count - 1
        return sorted({int(day) for day in np.linspace(0, last, min(DATES, last + 1))})

    def put(self, feed: str, day: int, kind: FaultKind, sound: Fields, heals_on: str | None = None) -> None:
        fields = kind.applied(sound, self.world.calendar.date(day), next(self.serial))
        self.rows[feed, day].append(RawRow(fields, kind.name, kind.rules, kind.may_also, kind.extra_fields, heals_on))


def plan_faults(world: World, scale: float) -> FaultPlan:
    plan = FaultPlan(world)
    number = planted_count(scale, PER_KIND)
    days = plan.days()
    for feed, kinds in DAILY_FAULTS.items():
        for index, kind in enumerate(kinds * number):
            day = days[index % len(days)]
            plan.put(feed, day, kind, sound_row(plan, feed, day))
    for turn in range(number):
        _repeated_keys(plan, days[turn % len(days)])
    _register_faults(plan, number)
    _unfit_shares(plan)
    for turn in range(HEALED):
        _healing(plan, days[turn], turn)
    return plan


def sound_row(plan: FaultPlan, feed: str, day: int) -> Fields:
    """A row of a daily feed without fault, of its own patient or location."""
    sound = {"declarations": _sound_declaration, "capacity_snapshots": _sound_snapshot, "contacts": _sound_contact}
    return sound[feed](plan, day)


def _sound_declaration(plan: FaultPlan, day: int) -> Fields:
    """A row without fault: a consult at a GP post, its own patient, declared on the day it is delivered."""
    world, serial = plan.world, next(plan.serial)
    posts = world.country.of_sector("hap")
    provider, patient = int(posts[serial % len(posts)]), world.patients.spare_begin + FIRST_PATIENT + serial
    on, code = world.calendar.date(day), world.prices.codes.index("HA001")
    return {
        "declaration_id": f"F{serial:07d}",
        "debit_credit": "D",
        "provider_agb": world.country.agb(provider),
        "insurer_uzovi": texts("insurers", "uzovi")[world.patients.insurer[patient]],
        "patient_key": str(world.patients.number_bsn[patient]),
        "birth_year": "1970",
        "performance_code": "HA001",
        "service_start": local_text(on, 10, 0),
        "service_end": local_text(on, 10, 15),
        "quantity": "1",
        "amount_cents": str(int(world.prices.unit([provider], [code], [day])[0])),
        "legal_framework": "Zvw",
        "declared_on": on.isoformat(),
    }


def _sound_snapshot(plan: FaultPlan, day: int) -> Fields:
    departments = plan.world.country.of_sector("seh")
    serial = next(plan.serial)
    return {
        "provider_agb": plan.world.country.agb(int(departments[serial % len(departments)])),
        "location_code": f"X{serial:06d}",
        "unit": "seh",
        "measured_at": local_text(plan.world.calendar.date(day), 10, 0),
        "places_total": "20",
        "places_occupied": "12",
        "status": "open",
        "crowding_index": "84.5",
    }


def _sound_contact(plan: FaultPlan, day: int) -> Fields:
    """A call of its own patient to a coordination centre, that found a place."""
    world, serial = plan.world, next(plan.serial)
    centres, on = world.country.of_sector("zco"), world.calendar.date(day)
    patient = world.patients.spare_begin + FIRST_PATIENT + serial
    return {
        "contact_id": f"F{serial:07d}",
        "provider_agb": world.country.agb(int(centres[serial % len(centres)])),
        "caller": "professional",
        "line": "regular",
        "offered_at": local_text(on, 10, 0),
        "answered_at": local_text(on, 10, 1),
        "triage_ended_at": local_text(on, 10, 6),
        "urgency": "U3",
        "multidisciplinary": "true",
        "disposition": "elv",
        "placed_at": local_text(on, 11, 0),
        "placement_calls": "2",
        "standard_message": "true",
        "patient_key": str(world.patients.number_bsn[patient]),
    }


def _repeated_keys(plan: FaultPlan, day: int) -> None:
    """A sound declaration or contact and one of its key further on in the file; the first snapshot a second time."""
    repeated = ("repeated_key",)
    plan.rows["capacity_snapshots", day].append(RawRow({}, "repeated_key", repeated, repeats_first=True))
    for feed, change in (("declarations", {"birth_year": "1971"}), ("contacts", {"urgency": "U2"})):
        sound = sound_row(plan, feed, day)
        plan.rows[feed, day].insert(0, RawRow(sound, "sound"))
        plan.rows[feed, day].append(RawRow(sound | change, "repeated_key", repeated))


def _register_faults(plan: FaultPlan, number: int) -> None:
    for feed, kinds in REGISTER_FAULTS.items():
        for kind in kinds:
            for turn in range(number):
                plan.put(feed, 0, kind, _sound_register_row(plan, feed, f"{kind.name[:9]}{turn:03d}", turn))


def _sound_register_row(plan: FaultPlan, feed: str, label: str, turn: int) -> Fields:
    """A row of a register that would be accepted; nothing else refers to it."""
    first = plan.world.calendar.first
    agb = plan.world.country.agb(int(plan.world.country.of_sector("network")[0]))
    if feed == "providers":
        return _provider(f"99{turn:06d}", label, "network")
    if feed == "insurers":
        return _insurer(f"{9800 + turn}", label)
    if feed == "tariffs":
        return _tariff(f"ZF.{label}", "4000") | {"provider_agb": agb}
    patient = plan.world.patients.spare_begin + FIRST_PATIENT + next(plan.serial)
    return sound_row_of(feed, label, turn, agb, str(plan.world.patients.number_bsn[patient]), first)


def _provider(agb: str, name: str, sector: str) -> Fields:
    return {"agb": agb, "name": name, "sector": sector, "region_code": "noord", "valid_from": SINCE}


def _insurer(uzovi: str, name: str) -> Fields:
    return {"uzovi": uzovi, "name": name, "concern": name, "valid_from": SINCE}


def _tariff(code: str, cents: str) -> Fields:
    return {
        "performance_code": code, "code_list": "COD367", "sector": "zco", "function": "care", "tariff_kind": "fixed",
        "tariff_cents": cents, "covers_budget": "false", "counts_for_deductible": "false", "valid_from": SINCE,
    }  # fmt: skip


def _unfit_shares(plan: FaultPlan) -> None:
    """A set that sums to 0.9 for a year that nothing is settled with."""
    year = str(plan.world.calendar.first.year - 2)
    scope = plan.world.country.agb(int(plan.world.country.of_sector("network")[1]))
    sound = share_set(np.ones(len(texts("insurers", "uzovi"))))
    kind = FaultKind("shares_do_not_sum", ("shares_do_not_sum",))
    for turn, uzovi in enumerate(texts("insurers", "uzovi")):
        share = "0.00000000" if turn == 0 else sound[turn]
        row = {"year": year, "scope": scope, "insurer_uzovi": uzovi, "edition": "provisional", "share": share}
        plan.put("market_shares", 0, kind, row)


def _healing(plan: FaultPlan, day: int, turn: int) -> None:
    """Rows whose provider, insurer or tariff is delivered some days later."""
    heal = min(day + HEALED_AFTER, plan.world.calendar.count - 1)
    agb, uzovi, code = f"0199999{turn + 1}", f"909{turn + 1}", f"ZC09{turn + 1}"
    zco = plan.world.country.agb(int(plan.world.country.of_sector("zco")[turn]))
    at_practice = {"provider_agb": agb, "performance_code": "GP001", "amount_cents": "2500"}
    at_centre = {"provider_agb": zco, "performance_code": code, "amount_cents": "1000"}
    kinds = (
        FaultKind("provider_comes_later", ("unknown_provider",), at_practice, ("unknown_performance_code",)),
        FaultKind("insurer_comes_later", ("unknown_insurer",), {"insurer_uzovi": uzovi}),
        FaultKind("tariff_comes_later", ("unknown_performance_code",), at_centre),
    )
    for kind in kinds:
        plan.put("declarations", day, kind, _sound_declaration(plan, day), plan.world.calendar.date(heal).isoformat())
    plan.late["providers", heal].append(_provider(agb, f"Huisartsenpraktijk later {turn + 1}", "gp"))
    plan.late["insurers", heal].append(_insurer(uzovi, f"Later {turn + 1}"))
    plan.late["tariffs", heal].append(_tariff(code, "1000"))
