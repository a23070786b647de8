"""Deliveries from real series: beds in use, inhabitants of municipalities, insured of concerns, the VWS plan.

The series are read where they lie, beside the checkout, and nothing of them is kept in it. What no source
has (who delivers, places there are, a handful of declarations) is made up here and only here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from oracle import tiny
from oracle.writing import Record, write_delivery
from shared_folder import SHARED

REAL = SHARED / "real"
"""A test that reads a series asks for the fixture `shared_folder`."""
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DELIVERED = date(2024, 2, 1)
LCPS, SEH = "97100000", "06100001"
PLACES = {"ic": 1_700, "clinic": 6_000}
UNITS_OF_ONE = 10**8
REGIONS = (
    "noord", "zwolle", "euregio", "oost", "midden", "noord_holland_flevoland", "west", "zuidwest", "brabant", "limburg",
)  # fmt: skip
ZCO = {region: f"97{number:06d}" for number, region in enumerate(REGIONS, 1)}
PROVINCES = {
    "Groningen": "noord", "Fryslân / Friesland": "noord", "Drenthe": "noord", "Overijssel": "zwolle",
    "Gelderland": "oost", "Utrecht": "midden", "Noord-Holland": "noord_holland_flevoland",
    "Flevoland": "noord_holland_flevoland", "Zuid-Holland": "west", "Zeeland": "zuidwest",
    "Noord-Brabant": "brabant", "Limburg": "limburg",
}  # fmt: skip
YEARS = range(2022, 2028)
PLAN = {  # million euros per year: the VWS spending plan for zorgcoördinatie
    "lcps": ("3", "7", "7", "7", "7", "7"),
    "rcps": ("4",) * 6,
    "structural": ("0", "2.3", "4", "4", "4", "4"),
    "expansion": ("2.7", "2", "2", "0.4", "0", "0"),
    "policy": ("0.5", "0.5", "0", "0", "0", "0"),
    "data exchange": ("0", "0.5", "0.5", "0.5", "0", "0"),
}
NATIONAL = ("lcps", "policy", "data exchange")
FTE_CENTS = 10_000_000
TOTALS = dict(zip(YEARS, ("10.2", "16.3", "17.5", "15.9", "15.0", "15.0"), strict=True))


@dataclass(frozen=True)
class Day:
    """Occupied beds of the country on one day; null where nobody counted."""

    on: date
    ic: int | None
    clinic: int | None

    @property
    def units(self) -> tuple[tuple[str, int | None], ...]:
        return ("ic", self.ic), ("clinic", self.clinic)


def read(name: str) -> list[dict[str, str]]:
    """Rows of one file of the series."""
    with (REAL / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def occupancy() -> list[Day]:
    """All days as the file has them, newest first; two of them say NA, and the first weeks count COVID alone."""
    return [
        Day(
            datetime.strptime(row["Datum"], "%d-%m-%Y").date(),
            _sum(row["IC_Bedden_COVID"], row["IC_Bedden_Non_COVID"]),
            _sum(row["Kliniek_Bedden"]),
        )
        for row in read("lcps_daily.csv")
    ]


def _sum(*counts: str) -> int | None:
    known = [int(count) for count in counts if count not in ("", "NA")]
    return sum(known) if known else None


def inhabitants() -> dict[str, dict[str, int]]:
    """Inhabitants of 2021 per region and municipality; regions by province, an approximation."""
    regions: dict[str, dict[str, int]] = {}
    for row in read("municipality_population_2021.csv"):
        regions.setdefault(PROVINCES[row["provincie"]], {})[row["gemeentenaam"]] = int(row["inwoners_2021"])
    return regions


def insured() -> dict[str, int]:
    """Insured of 2022 by the UZOVI that each concern gets here, in the order of the file."""
    concerns = [row for row in read("market_shares_concern.csv") if row["year"] == "2022"]
    return {f"{9001 + number}": int(row["insured"]) for number, row in enumerate(concerns)}


def parts(total: int, weights: dict[str, int]) -> dict[str, int]:
    """`total` (of either sign) over names by largest remainder, ties to the lower name: once more, in fractions."""
    exact = {name: abs(Fraction(total)) * weight / sum(weights.values()) for name, weight in weights.items()}
    cents = {name: int(part) for name, part in exact.items()}
    for name in sorted(exact, key=lambda name: (cents[name] - exact[name], name))[: abs(total) - sum(cents.values())]:
        cents[name] += 1
    return {name: -part if total < 0 else part for name, part in cents.items()}


def shares() -> dict[str, int]:
    """National shares in units of 0.00000001, which sum to 1."""
    return parts(UNITS_OF_ONE, insured())


def measured_at(day: Day) -> datetime:
    """Noon, so that the hour has one measurement."""
    return datetime(day.on.year, day.on.month, day.on.day, 12, tzinfo=AMSTERDAM)


def write_real(landing: Path) -> Path:
    """Writes everything as deliveries of one date; the series comes in a file per month, newest first."""
    _write(landing, "providers", _providers())
    _write(landing, "insurers", [tiny.insurer(uzovi, valid_from="2018-01-01") for uzovi in insured()])
    _write(landing, "tariffs", _tariffs())
    _write(landing, "market_shares", _market_shares())
    _write(landing, "budgets", _budgets())
    _write(landing, "payments", [_lump_sum()])
    _write(landing, "declarations", _declarations())
    _write(landing, "population", _population())
    months: dict[str, list[Record]] = {}
    for day in occupancy():
        months.setdefault(f"{day.on:%Y-%m}", []).extend(_snapshots(day))
    for month, rows in months.items():
        write_delivery(landing, "capacity_snapshots", DELIVERED, f"lcps-{month}.csv", rows, separator=";")
    return landing


def _write(landing: Path, feed: str, rows: list[Record]) -> None:
    write_delivery(landing, feed, DELIVERED, "real.csv", rows)


def _providers() -> list[Record]:
    since = {"valid_from": "2018-01-01"}
    return [
        tiny.provider(LCPS, "zco", "midden", **since),
        *(tiny.provider(agb, "zco", region, **since) for region, agb in ZCO.items()),
        *(tiny.provider(_seh(region), "seh", region, **since) for region in REGIONS),
    ]


def _seh(region: str) -> str:
    return f"{int(SEH) + REGIONS.index(region):08d}"


def _tariffs() -> list[Record]:
    since = {"valid_from": "2018-01-01"}
    return [
        tiny.tariff("ZC100", "zco", "triage", "fixed", 4_321, macro_category="coordination", **since),
        tiny.tariff("190015", "seh", "care", "fixed", 25_000, covers_budget=False, **since),
    ]


def _market_shares() -> list[Record]:
    by_insurer = {uzovi: f"{units // UNITS_OF_ONE}.{units % UNITS_OF_ONE:08d}" for uzovi, units in shares().items()}
    return [
        row
        for year in (2021, *YEARS)
        for scope in REGIONS
        for row in tiny.shares(year, scope, "definitive", by_insurer, insured())
    ]


def _budgets() -> list[Record]:
    return [
        row
        for line, amounts in PLAN.items()
        for year, million in zip(YEARS, amounts, strict=True)
        if Fraction(million)
        for row in _lines(line, year, int(Fraction(million) * 10**8))
    ]


def _lines(line: str, year: int, cents: int) -> list[Record]:
    """Price × quantity: national lines of LCPS by the hundred thousand, the others over ten regions."""
    if line in NATIONAL:
        return [_line(LCPS, year, line, cents // FTE_CENTS, FTE_CENTS)]
    rows = []
    for agb in ZCO.values():
        if line == "rcps":
            rows += [_line(agb, year, "rcps fte", 3, FTE_CENTS), _line(agb, year, "rcps material", 1, FTE_CENTS)]
        else:
            rows.append(_line(agb, year, line, 1, cents // len(ZCO)))
    return rows


def _line(agb: str, year: int, parameter: str, quantity: int, price: int) -> Record:
    return tiny.budget(agb, str(quantity), price, year=year, parameter=parameter, representing_uzovi_1="9001")


def _lump_sum() -> Record:
    changes = {"provider_agb": LCPS, "insurer_uzovi": "9002", "paid_on": "2022-03-01", "for_year": 2022}
    return tiny.payment("lump-1", 123_456_789, **changes)


def _declarations() -> list[Record]:
    """A dozen emergency contacts and a triage in each of two regions, January 2022."""
    return [row for region in ("noord", "limburg") for number in range(12) for row in _care(region, number)]


def _care(region: str, number: int) -> list[Record]:
    day = datetime(2022, 1, 3, 9, tzinfo=AMSTERDAM) + timedelta(days=number)
    shared = {
        "insurer_uzovi": f"{9001 + number % 10}",
        "patient_key": tiny.bsn(100 * REGIONS.index(region) + number),
        "service_start": day.isoformat(),
        "declared_on": (day.date() + timedelta(days=7)).isoformat(),
    }
    contact = {"provider_agb": _seh(region), "performance_code": "190015", "amount_cents": 25_000}
    triage = {"provider_agb": ZCO[region], "performance_code": "ZC100", "amount_cents": 4_321}
    return [
        tiny.declaration(f"{region[:4]}-{name}{number}", **shared, **care)
        for name, care in (("s", contact), ("t", triage))
    ]


def _population() -> list[Record]:
    return [
        {"year": 2021, "region_code": region, "area": area, "inhabitants": count}
        for region, areas in inhabitants().items()
        for area, count in areas.items()
    ]


def _snapshots(day: Day) -> list[Record]:
    return [
        tiny.snapshot(
            measured_at(day).isoformat(), provider_agb=LCPS, location_code="NL", unit=unit,
            places_total=PLACES[unit], places_occupied=occupied,
        )
        for unit, occupied in day.units
    ]  # fmt: skip
