"""Regions, editions that are replaced whole, sums and pairs: each on a landing of a few rows."""

from datetime import date
from pathlib import Path

import pytest

from . import tiny
from .expected import Expected, compute
from .reference import LARGEST_SUM, REGIONS
from .writing import Record, write_delivery

EARLY, LATER = date(2026, 1, 15), date(2026, 2, 15)


def _expected(tmp_path: Path, *rows: Record, **feeds: list[Record]) -> Expected:
    return compute(tiny.write_tiny(tmp_path, declarations=list(rows), **feeds), key=tiny.KEY)


def _quarantined(expected: Expected, feed: str = "declarations") -> dict[int, set[str]]:
    return {key[3]: set(row["rules"]) for key, row in expected["integrity.quarantine"].items() if key[0] == feed}


def _budget(expected: Expected) -> dict[tuple[str, str], str]:
    return {key[2:]: str(row["amount_eur"]) for key, row in expected["finance.budget"].items() if key[0] == tiny.ZCO}


# Regions.


@pytest.mark.parametrize("region", ["Noord", "NOORD", "NL"])
def test_of_a_provider_in_an_unknown_region_everything_waits(tmp_path: Path, region: str) -> None:
    providers = [row for row in tiny.reference()["providers"] if row["agb"] != tiny.HAP]
    spelt = tiny.provider(tiny.HAP, "hap", region)
    expected = _expected(tmp_path, tiny.declaration("d1"), providers=[*providers, spelt])
    assert _quarantined(expected, "providers") == {3: {"unknown_region"}}
    assert _quarantined(expected) == {1: {"unknown_provider"}}


def test_another_spelling_replaces_no_provider(tmp_path: Path) -> None:
    write_delivery(tmp_path, "providers", LATER, "a.csv", [tiny.provider(tiny.HAP, "hap", "Zwolle")])
    expected = _expected(tmp_path, tiny.declaration("d1"))
    assert [row["region_code"] for row in expected["finance.declaration"].values()] == [tiny.NOORD]


def test_all_ten_regions_are_known_and_observations_may_be_of_the_country(tmp_path: Path) -> None:
    places = [*sorted(REGIONS), "NL", "nl"]
    rows = [{"year": 2025, "region_code": place, "area": "a", "inhabitants": 1} for place in places]
    observed = [
        {
            "kpi_id": "lead_time", "region_code": place, "period_start": "2025-01-01", "period_end": "2025-01-31",
            "numerator": 1, "denominator": 1, "source": "s",
        }
        for place in places
    ]  # fmt: skip
    expected = _expected(tmp_path, population=rows, kpi_observations=observed)
    assert _quarantined(expected, "population") == {11: {"unknown_region"}, 12: {"unknown_region"}}
    assert _quarantined(expected, "kpi_observations") == {12: {"unknown_region"}}


# Budgets: a later delivery date replaces an edition whole.


def test_a_redelivered_edition_leaves_nothing_of_the_one_before(tmp_path: Path) -> None:
    write_delivery(tmp_path, "budgets", EARLY, "a.csv", [tiny.budget(tiny.ZCO, "7", 100, parameter="gone")])
    other = tiny.budget(tiny.ZCO, "1", 300, parameter="beside")
    write_delivery(tmp_path, "budgets", tiny.DELIVERED, "b.csv", [other, tiny.budget(tiny.ZCO, "20", 10_000)])
    assert _budget(_expected(tmp_path)) == {
        ("capacity", "beside"): "3.00", ("capacity", "fte"): "2000.00", ("free_margin", "innovation"): "2.50",
    }  # fmt: skip


def test_a_redelivery_that_waits_as_a_whole_replaces_nothing(tmp_path: Path) -> None:
    waiting = tiny.budget(tiny.ZCO, "1", 300, representing_uzovi_1="9999")
    write_delivery(tmp_path, "budgets", LATER, "a.csv", [waiting, tiny.budget(tiny.ZCO, "1", 300) | {"quantity": "x"}])
    assert set(_budget(_expected(tmp_path))) == {("capacity", "fte"), ("free_margin", "innovation")}


# Sums.


@pytest.mark.parametrize(("cents", "is_right"), [(100, True), (101, False), (-100, True), (-101, False)])
def test_a_sum_may_reach_the_limit_and_not_a_cent_more(tmp_path: Path, cents: int, is_right: bool) -> None:
    budgets = [
        tiny.budget(tiny.ZCO, "100", LARGEST_SUM // 200, parameter="half"),
        tiny.budget(tiny.ZCO, "100", LARGEST_SUM // 200 - 1, component="macro"),
        tiny.budget(tiny.ZCO, "1", cents, parameter="last"),
        tiny.budget(tiny.HAP, "1", 1),
    ]
    expected = _expected(tmp_path, budgets=budgets)
    wrong = {row: {"sum_out_of_range"} for row in (1, 2, 3)}
    assert _quarantined(expected, "budgets") == ({} if is_right else wrong)


def test_declarations_of_a_year_that_sum_to_too_much_wait_whole(tmp_path: Path) -> None:
    most = {"amount_cents": 10**12, "performance_code": "H500"}
    rows = [tiny.declaration(f"d{number}", **most) for number in range(1000)]
    assert not _quarantined(_expected(tmp_path / "limit", *rows))
    another = tiny.declaration("e", service_start="2026-01-01T10:00:00+01:00", declared_on="2026-01-02")
    expected = _expected(tmp_path / "beyond", *rows, tiny.declaration("last", amount_cents=1), another)
    assert _quarantined(expected) == {row: {"sum_out_of_range"} for row in range(1, 1002)}
    assert [key[1] for key in expected["finance.declaration"]] == ["e"]


def test_a_declaration_of_more_than_a_trillion_cents_is_none(tmp_path: Path) -> None:
    row = tiny.declaration("d1", amount_cents=10**12 + 1, performance_code="H500")
    assert _quarantined(_expected(tmp_path, row)) == {1: {"invalid_amount_cents"}}


# Snapshots.


def test_an_hour_counts_pairs_alone(tmp_path: Path) -> None:
    snapshots = [
        tiny.snapshot("2025-03-03T10:00:00+01:00", places_occupied=10, places_total=20),
        tiny.snapshot("2025-03-03T10:05:00+01:00", places_occupied=20, places_total=None),
        tiny.snapshot("2025-03-03T10:10:00+01:00", places_occupied=None, places_total=30),
        tiny.snapshot("2025-03-03T11:00:00+01:00", places_occupied=20, places_total=None),
    ]
    ten, eleven = _expected(tmp_path, capacity_snapshots=snapshots)["capacity.hourly"].values()
    assert (ten["occupied_avg"], ten["total_avg"], ten["occupancy"], ten["snapshots"]) == (10.0, 20.0, 0.5, 3)
    assert (eleven["occupied_avg"], eleven["total_avg"], eleven["occupancy"]) == (None, None, None)
