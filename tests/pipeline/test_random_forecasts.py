"""Years of late, corrected and credited declarations: what dbt completes and forecasts is what the oracle says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from oracle import compare, compute, tiny
from oracle.completion import first_day, number_of
from oracle.writing import Record, write_delivery

from .homes import KEY, Home

FIRST, AS_OF = date(2023, 1, 1), date(2026, 2, 10)
PROVIDERS = [f"530010{number:02}" for number in range(14)]
LATE, LATE_AMBULANCE = "53001099", "91001099"
STARTS = {LATE: date(2025, 5, 20), LATE_AMBULANCE: date(2025, 1, 3)} | {
    agb: date(2023, 1 + place // 4, 25) for place, agb in enumerate(PROVIDERS)
}
SECTORS = dict.fromkeys(STARTS, "hap") | {LATE_AMBULANCE: "rav"}


def landing_of_years(folder: Path, random: Random) -> Path:
    """Declarations of care of three years, each delivered at once or months later, some of them again or taken back."""
    files: dict[date, list[Record]] = defaultdict(list)
    for agb in STARTS:
        for delivered, row in _deliveries(random, agb):
            if STARTS[agb] <= delivered <= AS_OF:
                files[delivered].append(row)
    for delivered, rows in files.items():
        write_delivery(folder, "declarations", delivered, "a.csv", rows)
    reference = tiny.reference()
    since = {"valid_from": "2022-01-01"}
    reference["providers"] = [tiny.provider(agb, sector, tiny.NOORD, **since) for agb, sector in SECTORS.items()]
    for feed in ("insurers", "tariffs"):
        reference[feed] = [row | since for row in reference[feed] if row.get("provider_agb") is None]
    reference["budgets"] = [tiny.budget(agb, "2", 30_000, year=year) for agb in STARTS for year in (2024, 2025, 2026)]
    reference["market_shares"] = []
    return tiny.write_tiny(folder, delivery_date=FIRST, **reference)


def _deliveries(random: Random, agb: str) -> Iterator[tuple[date, Record]]:
    code, cents = ("H600", 3000) if SECTORS[agb] == "hap" else ("R100", 9000)
    for month in range(number_of(FIRST), number_of(AS_OF) + 1):
        for number in range(random.choice((0, 1, 2, 3, 3, 4, 5))):
            day = first_day(month) + timedelta(days=random.randrange(28))
            name = f"{agb}-{month}-{number}"
            debit = tiny.declaration(
                name, provider_agb=agb, performance_code=code, amount_cents=cents * random.randint(1, 9),
                service_start=f"{day}T10:00:00+01:00", declared_on=str(day),
                patient_key=tiny.bsn(random.randrange(999)),
            )  # fmt: skip
            delivered = day + timedelta(days=random.choice((0, 5, 20, 40, 70, 130)))
            yield delivered, debit
            if random.random() < 0.2:
                later = delivered + timedelta(days=random.choice((0, 30, 90, 400)))
                yield later + timedelta(days=1), debit | {"amount_cents": cents * random.randint(1, 9)}
            for place in range(random.choice((0, 0, 0, 1, 2))):
                credited = day + timedelta(days=random.choice((3, 35, 100)))
                credit = tiny.credit(f"{name}-c{place}", debit, declared_on=str(credited))
                yield credited + timedelta(days=random.choice((0, 40))), credit


def test_years_of_deliveries_are_completed_and_forecast_as_the_oracle_says(tmp_path: Path) -> None:
    landing = landing_of_years(tmp_path / "landing", Random(5))
    home = Home.at(tmp_path / "home", landing, KEY)
    assert [result for result in home.build(AS_OF) if not result.good] == []
    expected = compute(landing, as_of=AS_OF, key=KEY)
    found = compare(expected, home.warehouse)
    assert found == []
    rows = expected["finance.budget_realisation"]
    late, ambulance = rows[(LATE, 2026, date(2026, 1, 1))], rows[(LATE_AMBULANCE, 2026, date(2026, 1, 1))]
    assert late["history_months"] > 30, "its sector's, for its own is of nine months"
    assert ambulance["history_months"] in (12, 13)
    assert rows[(PROVIDERS[0], 2025, date(2025, 12, 1))]["expected_low_eur"] is not None
    tested = expected["finance.forecast_backtest"].values()
    assert {row["inside"] for row in tested} == {None, True, False}
