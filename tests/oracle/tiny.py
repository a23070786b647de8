"""A landing that fits in the head: three providers, four insurers, a handful of rows per feed.

`reference()` is what every scenario rests on; the other builders make one row each, with a default
that is right in itself, so that a test states only what it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from .bsn import passes
from .writing import Record, write_delivery

KEY = "tiny-key"
DELIVERED = date(2026, 1, 31)

ZCO, HAP, RAV = "41000001", "53000001", "91000001"
INSURERS = ("0101", "0202", "0303", "0404")
NOORD, ZWOLLE = "noord", "zwolle"


def bsn(number: int) -> str:
    """The `number`-th of a row of different BSNs that pass the eleven-test, number 0..9999999."""
    stems = range(10_000_000 + number, 100_000_000, 10_000_000)
    return next(filter(passes, (f"{stem}{digit}" for stem in stems for digit in range(10))))


def provider(agb: str, sector: str, region: str, **changes: object) -> Record:
    name = f"{sector} AGB {agb}"
    row = {"agb": agb, "name": name, "sector": sector, "region_code": region, "valid_from": "2023-01-01"}
    return row | changes


def insurer(uzovi: str, **changes: object) -> Record:
    row = {"uzovi": uzovi, "name": f"Insurer {uzovi}", "concern": f"Concern {uzovi[0]}", "valid_from": "2023-01-01"}
    return row | changes


def tariff(code: str, sector: str, function: str, kind: str, cents: int | None, **changes: object) -> Record:
    """A national tariff from 2024 on that covers the budget."""
    row = {
        "performance_code": code,
        "code_list": "COD367",
        "description": f"{function} {code}",
        "sector": sector,
        "function": function,
        "tariff_kind": kind,
        "tariff_cents": cents,
        "covers_budget": True,
        "counts_for_deductible": False,
        "valid_from": "2024-01-01",
    }
    return row | changes


def budget(agb: str, quantity: str, price: int, **changes: object) -> Record:
    """An agreed capacity component of 2025, whole units."""
    row = {
        "provider_agb": agb,
        "year": 2025,
        "edition": "agreed",
        "component": "capacity",
        "parameter": "fte",
        "quantity": quantity,
        "unit_price_cents": price,
        "amount_cents": int(quantity) * price if quantity.isdigit() else None,
        "representing_uzovi_1": INSURERS[0],
        "legal_framework": "Zvw",
    }
    return row | changes


def shares(year: int, scope: str, edition: str, values: Mapping[str, str], counts: Mapping[str, int] | None = None):
    """A set of market shares: UZOVI → share as text, and insured counts."""
    return [
        {
            "year": year,
            "scope": scope,
            "insurer_uzovi": uzovi,
            "edition": edition,
            "share": share,
            "insured_count": (counts or {}).get(uzovi),
        }
        for uzovi, share in values.items()
    ]


def payment(payment_id: str, cents: int, **changes: object) -> Record:
    """A lump sum to the coordination organisation for 2025."""
    row = {
        "payment_id": payment_id,
        "provider_agb": ZCO,
        "insurer_uzovi": INSURERS[0],
        "paid_on": "2025-02-10",
        "for_year": 2025,
        "kind": "lump_sum",
        "debit_credit": "D",
        "amount_cents": cents,
    }
    return row | changes


def declaration(declaration_id: str, **changes: object) -> Record:
    """A triage by the GP post on 3 March 2025, at its tariff."""
    row = {
        "declaration_id": declaration_id,
        "debit_credit": "D",
        "provider_agb": HAP,
        "insurer_uzovi": INSURERS[0],
        "patient_key": bsn(1),
        "birth_year": 1960,
        "performance_code": "H100",
        "service_start": "2025-03-03T10:00:00+01:00",
        "quantity": 1,
        "amount_cents": 4000,
        "legal_framework": "Zvw",
        "declared_on": "2025-03-10",
    }
    return row | changes


def credit(declaration_id: str, debit: Record, **changes: object) -> Record:
    """A credit that takes `debit` back, declared ten days later than the default debit."""
    taken_back = {
        "declaration_id": declaration_id,
        "debit_credit": "C",
        "corrects_declaration_id": debit["declaration_id"],
        "declared_on": "2025-03-20",
    }
    return {**debit, **taken_back, **changes}


def snapshot(measured_at: str, status: str = "open", **changes: object) -> Record:
    row = {
        "provider_agb": HAP,
        "location_code": "L1",
        "unit": "seh",
        "measured_at": measured_at,
        "places_total": 10,
        "places_occupied": 5,
        "status": status,
    }
    return row | changes


def reference() -> dict[str, list[Record]]:
    """The reference feeds that every scenario rests on."""
    return {
        "providers": [provider(ZCO, "zco", NOORD), provider(HAP, "hap", NOORD), provider(RAV, "rav", ZWOLLE)],
        "insurers": [insurer(uzovi) for uzovi in INSURERS],
        "tariffs": [
            tariff("Z100", "zco", "triage", "fixed", 12345, macro_category="coordination"),
            tariff("Z200", "zco", "urgency", "fixed", 5000),
            tariff("H100", "hap", "triage", "fixed", 4000, macro_category="gp_evening"),
            tariff("H200", "hap", "care", "maximum", 15000, macro_category="gp_evening", max_per_day=2),
            tariff("H300", "hap", "care", "minimum", 2000, covers_budget=False),
            tariff("H400", "hap", "care", "max_max", 1005, macro_category="gp_visit"),
            tariff("H500", "hap", "care", "free", None, covers_budget=False),
            tariff("H600", "hap", "care", "fixed", 3000),
            tariff("H600", "hap", "care", "fixed", 3300, provider_agb=HAP, macro_category="own"),
            tariff("R100", "rav", "triage", "fixed", 9000, macro_category="ambulance"),
            tariff("R200", "rav", "care", "fixed", 70000, macro_category="ambulance", max_per_day=2),
            tariff("X100", "hap", "care", "fixed", 2500),
            tariff("X100", "rav", "care", "fixed", 2600, provider_agb=RAV),
        ],
        "budgets": [
            budget(ZCO, "10", 10_000),
            budget(ZCO, "1.5", 333, component="free_margin", parameter="innovation", percentage="50", amount_cents=250),
            budget(HAP, "2", 100_000, edition="requested"),
        ],
        "market_shares": [
            *shares(2024, ZCO, "provisional", {"0101": "0.50000000", "0202": "0.30000000", "0303": "0.20000000"}),
            *shares(2024, NOORD, "definitive", {"0101": "0.33333333", "0202": "0.33333333", "0303": "0.33333333"}),
            *shares(2025, NOORD, "definitive", {"0101": "0.6", "0404": "0.4"}, {"0101": 600, "0404": 300}),
        ],
        "population": [{"year": 2025, "region_code": NOORD, "area": "Groningen", "inhabitants": 238_000}],
    }


def write_tiny(
    landing: Path,
    *,
    declarations: list[Record] | None = None,
    delivery_date: date = DELIVERED,
    name: str = "a.csv",
    separator: str = ",",
    **feeds: list[Record],
) -> Path:
    """Writes the reference feeds and the given rows as one delivery each, and returns the landing folder.

    A feed named in `feeds` takes the place of the reference's; the extension of `name` is the format of all.
    """
    rows = reference() | {"declarations": declarations or []} | feeds
    for feed, of_feed in rows.items():
        if of_feed:
            write_delivery(landing, feed, delivery_date, name, of_feed, separator=separator)
    return landing


def hand_worked() -> dict[str, list[Record]]:
    """Declarations, snapshots and payments whose every figure is worked out in `test_oracle_tiny`."""
    first = declaration("d1")
    rival = declaration("d2", service_start="2025-03-03T11:00:00+01:00", amount_cents=4100)
    taken_back = declaration(
        "d3", patient_key=bsn(2), service_start="2025-04-30T23:30:00+00:00", declared_on="2025-05-02"
    )
    return {
        "declarations": [
            first,
            rival,
            taken_back,
            credit("c1", taken_back, declared_on="2025-06-01", service_start="2025-06-01T08:00:00+02:00"),
            credit("c2", taken_back, declared_on="2025-06-02"),
            credit("c3", first, amount_cents=3999),
            declaration("z1", provider_agb=ZCO, performance_code="Z100", amount_cents=12345, declared_on="2025-03-04",
                        service_start="2025-03-04T09:00:00+01:00", insurer_uzovi=INSURERS[1]),
            declaration("z2", provider_agb=ZCO, performance_code="Z200", amount_cents=5000, patient_key=bsn(3)),
            declaration("bad", performance_code="NOPE"),
        ],
        "payments": [
            payment("p1", 30_000),
            payment("p2", 10_000, debit_credit="C", paid_on="2026-01-05"),
            payment("p3", 7_000, kind="advance", insurer_uzovi=INSURERS[2]),
        ],
        "function_allocations": [
            {"region_code": NOORD, "function": "triage", "provider_agb": HAP, "funding_source": "current_funding",
             "valid_from": "2025-01-01", "hours": "all"},
        ],
        "capacity_snapshots": [
            snapshot("2025-03-03T10:00:00+01:00", "stop", places_occupied=10),
            snapshot("2025-03-03T10:05:00+01:00", "timeout", places_occupied=11),
            snapshot("2025-03-03T10:10:00+01:00", "open", places_occupied=None),
            snapshot("2025-03-03T11:00:00+01:00", "stop"),
        ],
    }  # fmt: skip
