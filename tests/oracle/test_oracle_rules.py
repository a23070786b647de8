"""Versions, reference rules, credits and findings, each on a landing of a few rows."""

from datetime import date
from pathlib import Path

import pytest

from . import tiny
from .expected import Expected, compute
from .writing import Record, write_delivery

EARLY = date(2026, 1, 15)


def _expected(tmp_path: Path, *rows: Record, **feeds: list[Record]) -> Expected:
    return compute(tiny.write_tiny(tmp_path, declarations=list(rows), **feeds), key=tiny.KEY)


def _found(expected: Expected) -> dict[tuple[str, str], tuple[str | None, str]]:
    return {
        (rule, declaration_id): (row["counter_declaration_id"], str(row["disputed_eur"]))
        for (rule, _, declaration_id, _), row in expected["integrity.double_funding_finding"].items()
    }


def _quarantined(expected: Expected, feed: str = "declarations") -> dict[int, set[str]]:
    return {key[3]: set(row["rules"]) for key, row in expected["integrity.quarantine"].items() if key[0] == feed}


def _at(time: str, declaration_id: str, **changes: object) -> Record:
    return tiny.declaration(declaration_id, service_start=f"2025-03-03T{time}:00+01:00", **changes)


# Versions.


def test_the_later_delivery_wins_and_within_a_day_the_last_name(tmp_path: Path) -> None:
    for day, name, cents in ((EARLY, "z.csv", 1), (tiny.DELIVERED, "a.csv", 4000), (tiny.DELIVERED, "B.csv", 2)):
        write_delivery(tmp_path, "declarations", day, name, [tiny.declaration("d1", amount_cents=cents)])
    expected = _expected(tmp_path, tiny.declaration("d1"))
    assert [row["delivery_file"] for row in expected["finance.declaration"].values()] == ["a.csv"]
    assert not _found(expected)


@pytest.mark.parametrize("fault", [{"quantity": 0}, {"performance_code": "NOPE"}, {"insurer_uzovi": "9999"}])
def test_a_quarantined_row_supersedes_nothing(tmp_path: Path, fault: Record) -> None:
    write_delivery(tmp_path, "declarations", EARLY, "a.csv", [tiny.declaration("d1")])
    row = _expected(tmp_path, tiny.declaration("d1", **fault))["finance.declaration"][(tiny.HAP, "d1")]
    assert str(row["amount_eur"]) == "40.00"


def test_as_of_reads_nothing_later(tmp_path: Path) -> None:
    write_delivery(tmp_path, "insurers", EARLY, "a.csv", tiny.reference()["insurers"])
    tiny.write_tiny(tmp_path, declarations=[tiny.declaration("d1")])
    assert set(compute(tmp_path, as_of=EARLY, key=tiny.KEY)["integrity.delivery"]) == {("insurers", EARLY, "a.csv")}


# Reference.


def test_the_open_period_holds_again_after_a_temporary_one(tmp_path: Path) -> None:
    providers = [
        *tiny.reference()["providers"],
        tiny.provider(tiny.HAP, "hap", tiny.ZWOLLE, valid_from="2025-03-03", valid_to="2025-03-03"),
    ]
    rows = [tiny.declaration(f"d{day}", service_start=f"2025-03-0{day}T10:00:00+01:00") for day in (2, 3, 4)]
    expected = _expected(tmp_path, *rows, providers=providers)
    regions = [row["region_code"] for row in expected["finance.declaration"].values()]
    assert regions == [tiny.NOORD, tiny.ZWOLLE, tiny.NOORD]
    assert not _quarantined(expected)


def test_after_its_last_day_a_provider_is_unknown(tmp_path: Path) -> None:
    providers = [tiny.provider(tiny.HAP, "hap", tiny.NOORD, valid_to="2025-03-03")]
    rows = [tiny.declaration(f"d{day}", service_start=f"2025-03-0{day}T10:00:00+01:00") for day in (3, 4)]
    assert _quarantined(_expected(tmp_path, *rows, providers=providers)) == {2: {"unknown_provider"}}


def test_the_own_tariff_goes_before_the_national_one(tmp_path: Path) -> None:
    expected = _expected(tmp_path, tiny.declaration("d1", performance_code="H600", amount_cents=3300))
    assert not _found(expected)
    assert expected["finance.declaration"][(tiny.HAP, "d1")]["macro_category"] == "own"


def test_a_national_tariff_is_of_its_sector(tmp_path: Path) -> None:
    assert _quarantined(_expected(tmp_path, tiny.declaration("d1", performance_code="R100"))) == {
        1: {"unknown_performance_code"}
    }


@pytest.mark.parametrize(("last", "is_right"), [("0.49999990", True), ("0.49999989", False)])
def test_shares_sum_to_one_within_the_tolerance(tmp_path: Path, last: str, is_right: bool) -> None:
    shares = tiny.shares(2025, tiny.NOORD, "definitive", {"0101": "0.5", "0202": last})
    broken = _quarantined(_expected(tmp_path, market_shares=shares), "market_shares")
    assert broken == ({} if is_right else {1: {"shares_do_not_sum"}, 2: {"shares_do_not_sum"}})


def test_an_unknown_insurer_leaves_a_set_that_does_not_sum(tmp_path: Path) -> None:
    shares = tiny.shares(2025, tiny.NOORD, "definitive", {"0101": "0.5", "9999": "0.5"})
    assert _quarantined(_expected(tmp_path, market_shares=shares), "market_shares") == {
        1: {"shares_do_not_sum"},
        2: {"unknown_insurer", "shares_do_not_sum"},
    }


# Findings: what each must find, and what it must not.


def test_max_per_day_counts_declarations_on_the_local_day(tmp_path: Path) -> None:
    visit = {"performance_code": "H200", "amount_cents": 15_000, "declared_on": "2025-04-02"}
    rows = [
        tiny.declaration(name, service_start=start, **visit)
        for name, start in (
            ("d1", "2025-03-30T00:00:00+01:00"), ("d2", "2025-03-30T12:00:00+02:00"),
            ("d3", "2025-03-30T21:59:59Z"), ("d4", "2025-03-30T22:00:00Z"),
        )
    ]  # fmt: skip
    assert _found(_expected(tmp_path, *rows)) == {("R01", "d3"): ("d1", "150.00")}


def test_one_declaration_can_be_r01_and_r02(tmp_path: Path) -> None:
    other = {"provider_agb": tiny.RAV, "amount_cents": 2600}
    rows = [
        _at("10:00", "d1", performance_code="X100", amount_cents=2500),
        _at("11:00", "d2", performance_code="X100", **other),
        _at("12:00", "d3", performance_code="X100", **other),
    ]
    assert _found(_expected(tmp_path, *rows)) == {
        ("R02", "d2"): ("d1", "26.00"),
        ("R01", "d3"): ("d2", "26.00"),
        ("R02", "d3"): ("d1", "26.00"),
    }


def test_a_debit_taken_back_takes_no_part(tmp_path: Path) -> None:
    first = _at("10:00", "d1")
    assert not _found(_expected(tmp_path, first, tiny.credit("c1", first), _at("11:00", "d2")))


def test_credits(tmp_path: Path) -> None:
    debit = tiny.declaration("d1")
    rows = [
        debit,
        tiny.credit("c3", debit, declared_on="2025-03-12", quantity=2),
        tiny.credit("c2", debit, declared_on="2025-03-13"),
        tiny.credit("c1", debit, declared_on="2025-03-13"),
        tiny.credit("c4", debit, corrects_declaration_id="c1"),
    ]
    expected = _expected(tmp_path, *rows)
    assert _found(expected) == {
        ("R03", "c3"): ("d1", "0.00"),
        ("R03", "c2"): ("d1", "0.00"),
        ("R03", "c4"): (None, "0.00"),
    }
    assert expected["finance.declaration"][(tiny.HAP, "c1")]["counted"]


@pytest.mark.parametrize(
    ("start", "episodes", "is_found"),
    [
        ("2025-03-04T10:00:00+01:00", (None, None), True),
        ("2025-03-04T10:00:01+01:00", (None, None), False),
        ("2025-03-04T10:00:00+01:00", ("e1", None), True),
        ("2025-03-04T10:00:00+01:00", ("e1", "e2"), False),
        ("2025-12-04T10:00:00+01:00", ("e1", "e1"), True),
    ],
)
def test_one_function_in_two_sectors(
    tmp_path: Path, start: str, episodes: tuple[str | None, str | None], is_found: bool
) -> None:
    rows = [
        _at("10:00", "d1", episode_id=episodes[0]),
        tiny.declaration(
            "r1", provider_agb=tiny.RAV, performance_code="R100", amount_cents=9000, service_start=start,
            declared_on="2025-12-31", episode_id=episodes[1],
        ),
    ]  # fmt: skip
    assert _found(_expected(tmp_path, *rows)) == ({("R04", "r1"): ("d1", "0.00")} if is_found else {})


@pytest.mark.parametrize(
    ("code", "quantity", "cents", "disputed"),
    [
        ("H100", 2, 8000, None), ("H100", 2, 8001, "0.01"), ("H100", 1, 3999, "0.00"),
        ("H200", 1, 15_000, None), ("H200", 1, 15_001, "0.01"), ("H200", 1, 1, None),
        ("H300", 1, 2000, None), ("H300", 1, 1999, "0.00"), ("H300", 1, 9999, None),
        ("H400", 1, 1106, None), ("H400", 1, 1107, "0.01"), ("H400", 3, 3316, None), ("H400", 3, 3317, "0.01"),
        ("H500", 1, 999_999, None),
    ],
)  # fmt: skip
def test_amounts_against_tariffs(tmp_path: Path, code: str, quantity: int, cents: int, disputed: str | None) -> None:
    row = tiny.declaration("d1", performance_code=code, quantity=quantity, amount_cents=cents)
    assert _found(_expected(tmp_path, row)) == ({("R11", "d1"): (None, disputed)} if disputed else {})
