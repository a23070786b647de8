"""The cases of a random landing: one patient, a few declarations and credits, and what stands beside them.

Each plot lets other rules bite: the same days, codes and providers come back often, amounts and days lie on and
beside their limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from . import tiny, tiny_records
from .landings_reference import CENTS, PROVIDERS, ROLE_CODES
from .writing import Record

Versions = Iterator[tuple[str, Record]]  # of rows, as (feed, row)

TRIAGE = ("Z100", "H100", "R100")
SHARED = tuple(sorted(code for code in {code for code, _ in CENTS} if code[0] in "ZHRX"))
CODES = (*SHARED, *TRIAGE, *TRIAGE, "X100")
BASES = tuple(
    datetime.fromisoformat(text)
    for text in (
        "2024-12-31T22:30:00+00:00", "2025-03-03T09:00:00+01:00", "2025-03-29T23:30:00+00:00",
        "2025-06-30T21:30:00+00:00", "2025-10-25T22:00:00+00:00", "2025-12-31T12:00:00+01:00",
    )
)  # fmt: skip
MINUTES = (0, 0, 1, 60, 120, 24 * 60 - 120, 24 * 60, 24 * 60 + 1, 40 * 24 * 60)
LAWS = ("Zvw", "Zvw", "Wlz", "Wmo")
DAYS_BEFORE = (0, 1, 41, 42, 43, 44, 200, 400)
DAYS_AFTER = (None, None, -1, 0, 1, 300)


def case_versions(random: Random, case: int) -> Versions:
    """The rows of one patient, some of them spoiled; now and then an exception for one of the declarations."""
    patient = tiny.bsn(case) if random.random() < 0.7 else f"{case:064x}"
    plot = random.choices(list(PLOTS), WEIGHTS)[0]
    debits = []
    for feed, row in plot(random, patient, case):
        debits += [row] if feed == "declarations" else []
        yield feed, _spoiled(random, row) if feed == "declarations" and random.random() < 0.05 else row
    for number in range(random.choice((0, 0, 0, 1, 2, 3))):
        yield "declarations", _credit(random, random.choice(debits), f"{case}-c{number}")
    if random.random() < 0.3:
        yield "exceptions", _exception(random, random.choice(debits), random.choice(PLOTS[plot]), f"x{case}")


def _mixed(random: Random, patient: str, case: int) -> Versions:
    """Codes of the coordination centre, the GP post and the ambulance, on one or two days."""
    codes = [random.choice(CODES) for _ in range(random.randint(1, 3))]
    bases = [random.choice(BASES) for _ in range(random.choice((1, 1, 2)))]
    for number in range(random.randint(1, 6)):
        start = random.choice(bases) + timedelta(minutes=random.choice(MINUTES))
        yield "declarations", _debit(random, patient, f"{case}-{number}", random.choice(codes), start)


def _coordinated(random: Random, patient: str, case: int) -> Versions:
    """Triage in several sectors, on and beside the edge of the window."""
    base = random.choice(BASES)
    for number in range(random.randint(2, 3)):
        start = base + timedelta(minutes=random.choice(MINUTES[:-1]))
        yield "declarations", _debit(random, patient, f"{case}-{number}", random.choice(TRIAGE), start)


def _indicated(random: Random, patient: str, case: int) -> Versions:
    """Care under several laws, around the first and last days of indications."""
    base, codes = (
        random.choice(BASES),
        random.sample(("N100", "G100", "E100", "H200", "H100"), random.choice((1, 1, 2))),
    )
    for number in range(random.randint(1, 4)):
        start = base + timedelta(days=random.choice((0, 0, 1, 2)))
        law = {"legal_framework": random.choice(LAWS)}
        yield "declarations", _debit(random, patient, f"{case}-{number}", random.choice(codes), start, **law)
    for _ in range(random.randint(0, 2)):
        yield "legal_indications", _indication(random, patient, base.date())


def _ride(random: Random, patient: str, case: int) -> Versions:
    """Ambulance tariffs with and without transport, at one or two moments."""
    codes = [code for role in ("ride", "kilometre", "ride_without_transport") for code in ROLE_CODES[role]]
    base = random.choice(BASES)
    for number in range(random.randint(1, 4)):
        start = base + timedelta(minutes=random.choice((0, 0, 0, 30)))
        yield "declarations", _debit(random, patient, f"{case}-{number}", random.choice(codes), start)


def _contact(random: Random, patient: str, case: int) -> Versions:
    """Triage, consult and visit of the GP post within one contact or several."""
    codes = [code for role in ("triage_consult", "consult", "visit") for code in ROLE_CODES[role]]
    base, agb = random.choice(BASES), random.choice([agb for agb, sector in PROVIDERS if sector == "hap"])
    for number in range(random.randint(2, 4)):
        start = base + timedelta(minutes=random.choice((0, 60, 120, 24 * 60)))
        where = {"provider_agb": agb, "episode_id": random.choice((None, f"e{case}", f"e{case}", f"e{case}"))}
        yield "declarations", _debit(random, patient, f"{case}-{number}", random.choice(codes), start, **where)
    for number in range(random.choice((0, 1, 2))):
        offered = (base + timedelta(minutes=random.choice((-60, 0, 60, 90)))).isoformat()
        changes = {"provider_agb": agb, "episode_id": f"e{case}", "offered_at": offered, "patient_key": patient}
        answered = {"answered_at": random.choice((None, offered))}
        yield "contacts", tiny_records.contact(f"k{case}-{number}", **(changes | answered))


def _hospital(random: Random, patient: str, case: int) -> Versions:
    """The hospital, the emergency department and the GP post on a day and the next."""
    base = random.choice(BASES)
    for number in range(random.randint(2, 4)):
        start = base + timedelta(minutes=random.choice((0, 1, 60, 120)))
        code = random.choice(("S100", "E200", "H200", "H600"))
        yield "declarations", _debit(random, patient, f"{case}-{number}", code, start)


def _debit(random: Random, patient: str, declaration_id: str, code: str, start: datetime, **changes: object) -> Record:
    agb, sector = random.choice([(agb, sector) for agb, sector in PROVIDERS if (code, sector) in CENTS])
    quantity = random.choice((1, 1, 1, 2, 3))
    row = tiny.declaration(
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
        legal_framework="Wpg" if quantity == 3 else "Zvw",
        declared_on=(start.date() + timedelta(days=random.choice((1, 1, 2, 14)))).isoformat(),
    )
    return row | changes


def _amount(random: Random, full: int) -> int:
    """Mostly the tariff itself, else on or beside one of the limits."""
    beside = (full + 1, max(0, full - 1), full * 2, full * 11 // 10, full * 11 // 10 + 1, full * 21 // 20, 4200)
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
    if declaration_id.endswith("2"):
        moved["legal_framework"] = "Wlz"  # of whatever law the credit says it is, its debit's counts
    declared = (start.date() + timedelta(days=random.choice((2, 3, 3)))).isoformat()
    differing = random.choice(changes) if random.random() < 0.3 else {}
    return tiny.credit(declaration_id, debit, **(moved | {"declared_on": declared} | differing))


def _indication(random: Random, patient: str, day: date) -> Record:
    after = random.choice(DAYS_AFTER)
    passed = (None, None, *(day - timedelta(days=days) for days in (*DAYS_BEFORE[:4], -1)))
    return tiny_records.indication(
        patient,
        admitted_on=random.choice(passed),
        died_on=random.choice(passed),
        framework=random.choice(("Wlz", "Wlz", "Wlz", "Wmo")),
        with_treatment=random.random() < 0.6,
        valid_from=day - timedelta(days=random.choice(DAYS_BEFORE)),
        valid_to=None if after is None else day + timedelta(days=after),
    )


def _exception(random: Random, debit: Record, rule: str, exception_id: str) -> Record:
    day = datetime.fromisoformat(debit["service_start"]).date()
    return tiny_records.exception(
        exception_id,
        rule,
        provider_agb=debit["provider_agb"],
        counter_provider_agb=random.choice((None, None, None, *(agb for agb, _ in PROVIDERS[:5]))),
        patient_key=random.choice((None, *[debit["patient_key"]] * 9)),
        valid_from=day + timedelta(days=random.choice((-300, -1, 0, 0, 1))),
        valid_to=random.choice((None, day, day + timedelta(days=1))),
    )


def _spoiled(random: Random, row: Record) -> Record:
    """The row with one or two faults of shape or reference."""
    faults: tuple[Record, ...] = (
        {"quantity": 0}, {"quantity": "one"}, {"amount_cents": "12.50"}, {"amount_cents": -4000},
        {"amount_cents": None}, {"episode_id": f"E{row['patient_key']}"},
        {"patient_key": "123456789"}, {"service_start": "2025-03-03T10:00:00"}, {"declared_on": "2023-12-31"},
        {"declared_on": "2026-02-10"}, {"legal_framework": "zvw"}, {"birth_year": 2027}, {"provider_agb": "99999999"},
        {"insurer_uzovi": "9999"}, {"performance_code": "NOPE"}, {"service_end": "2024-01-01T00:00:00Z"},
        {"corrects_declaration_id": None, "debit_credit": "C"}, {"corrects_declaration_id": "x", "debit_credit": "D"},
    )  # fmt: skip
    return {**row, **random.choice(faults), **random.choice((*faults, {}, {}, {}))}


PLOTS = {
    _mixed: ("R01", "R02", "R03", "R05", "R11"),
    _coordinated: ("R04", "R05", "R17"),
    _indicated: ("R06", "R07", "R08"),
    _ride: ("R09", "R11"),
    _contact: ("R01", "R10"),
    _hospital: ("R18",),
}
WEIGHTS = (4, 2, 5, 1, 1, 1)
