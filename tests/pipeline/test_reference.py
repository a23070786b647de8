"""What is judged again every night against the references, night after night as the oracle says.

Regions, periods, editions that are replaced, and sums that come and go beyond what a release can hold.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from oracle import compare, compute, tiny
from oracle.reference import LARGEST_SUM
from oracle.writing import write_delivery

from dagster_project.quality.run import run_suites
from dagster_project.quality.suites import load_suites
from dagster_project.settings import EXPECTATIONS

from .homes import KEY, Home, rows

NIGHTS = FIRST, SECOND, THIRD = date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2)
ROWS = 1000
FREE = {"performance_code": "H500"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("reference")
    landing = folder / "landing"
    _first(landing)
    _second(landing)
    _third(landing)
    return Home.at(folder / "home", landing, KEY)


def _first(landing: Path) -> None:
    """The RAV in a misspelt region, a temporary tariff, and declarations up to the limit."""
    providers = [row for row in tiny.reference()["providers"] if row["agb"] != tiny.RAV]
    misspelt = tiny.provider(tiny.RAV, "rav", "Zwolle")
    temporary = tiny.tariff("H100", "hap", "triage", "fixed", 5000, valid_from="2024-06-10", valid_to="2024-06-20")
    after = [_on("during", "2024-06-15", amount_cents=5000), _on("after", "2024-06-25")]
    most = [tiny.declaration(f"m{number}", amount_cents=LARGEST_SUM // ROWS, **FREE) for number in range(ROWS)]
    tiny.write_tiny(
        landing,
        providers=[*providers, misspelt],
        tariffs=[*tiny.reference()["tariffs"], temporary],
        declarations=[*most, _on("before", "2026-01-05"), *after, _on("ride", "2026-01-05", **_OF_RAV)],
        budgets=[
            *tiny.reference()["budgets"],
            tiny.budget(tiny.RAV, "1", 500),
            *(tiny.budget(tiny.HAP, "100", 10**13, edition="final", parameter=f"p{number}") for number in range(1500)),
        ],
        capacity_snapshots=[
            tiny.snapshot("2025-03-03T10:00:00+01:00", places_occupied=10, places_total=20),
            tiny.snapshot("2025-03-03T10:05:00+01:00", places_occupied=20, places_total=None),
        ],
        delivery_date=FIRST,
    )


_OF_RAV = {"provider_agb": tiny.RAV, "performance_code": "R100", "amount_cents": 9000}


def _on(declaration_id: str, day: str, **changes: object) -> dict:
    at = {"service_start": f"{day}T10:00:00+01:00", "declared_on": day}
    return tiny.declaration(declaration_id, **(at | changes))


def _second(landing: Path) -> None:
    """A cent too much; the region as it is written; an edition that leaves a line out; m1 moves."""
    write_delivery(landing, "providers", SECOND, "a.csv", [tiny.provider(tiny.RAV, "rav", tiny.ZWOLLE)])
    write_delivery(landing, "budgets", SECOND, "a.csv", [tiny.budget(tiny.ZCO, "20", 10_000)])
    again = tiny.declaration("m1", amount_cents=LARGEST_SUM // ROWS, service_start="2026-01-06T10:00:00+01:00",
                             declared_on="2026-01-06", **FREE)  # fmt: skip
    more = [tiny.declaration("last", amount_cents=1, **FREE), again]
    write_delivery(landing, "declarations", SECOND, "a.csv", more)


def _third(landing: Path) -> None:
    """The amounts mended, so that the year stands again."""
    mended = [tiny.declaration("m0", amount_cents=100, **FREE), tiny.declaration("last", amount_cents=100, **FREE)]
    write_delivery(landing, "declarations", THIRD, "a.csv", mended)


@pytest.mark.parametrize("as_of", NIGHTS)
def test_each_night_is_built_as_the_oracle_says(home: Home, as_of: date) -> None:
    assert [result for result in home.build(as_of) if not result.good] == []
    assert compare(compute(home.landing, as_of=as_of, key=KEY), home.warehouse) == []
    _LOOKS[as_of](home)


def _after_first(home: Home) -> None:
    waiting = dict(rows(home.warehouse, "select feed, count(*) from integrity.quarantine group by all"))
    assert waiting == {"providers": 1, "tariffs": 1, "declarations": 1, "budgets": 1502}
    assert rows(home.warehouse, "select count(*) from finance.declaration") == [(ROWS + 3,)]
    assert rows(home.warehouse, "select occupied_avg, total_avg, occupancy from capacity.hourly") == [(10, 20, 0.5)]
    total = "select amount_eur, accepted_amount_eur from integrity.delivery where feed = 'budgets'"
    assert rows(home.warehouse, total)[0][0] is None and rows(home.warehouse, total)[0][1] is not None


def _after_second(home: Home) -> None:
    beyond = "select count(*) from integrity.quarantine where feed = 'declarations' and rules = ['sum_out_of_range']"
    assert rows(home.warehouse, beyond) == [(ROWS + 1,)]
    assert {row[0] for row in rows(home.warehouse, "select declaration_id from finance.declaration")} == {
        "before", "during", "after", "ride", "m1",
    }  # fmt: skip
    (suite,) = (suite for suite in load_suites(EXPECTATIONS) if suite.name == "budget_signals")
    (vanished,) = (one for one in run_suites(home.warehouse, [suite]) if one.name == "budget_line_vanished")
    assert [(row["component"], row["parameter"], row["file"]) for row in vanished.examples] == [
        ("free_margin", "innovation", "2026-01-31/a.csv")
    ]
    assert rows(home.warehouse, "select sum(amount_eur) from finance.budget where provider_agb = '41000001'") == [
        (2000,)
    ]


def _after_third(home: Home) -> None:
    assert rows(home.warehouse, "select count(*) from integrity.quarantine where feed = 'declarations'") == [(0,)]
    assert rows(home.warehouse, "select count(*) from finance.declaration") == [(ROWS + 5,)]


_LOOKS = {FIRST: _after_first, SECOND: _after_second, THIRD: _after_third}
