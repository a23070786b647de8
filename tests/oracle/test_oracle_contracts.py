"""Contracts settled on landings of a few rows: at, below and above what each form turns on."""

from decimal import Decimal
from pathlib import Path

import pytest

from . import tiny
from .catalogue import expected_of
from .tiny_records import NETWORK, contract
from .writing import Record

YEAR = ("K1", 2025)
SUM = {"form": "contract_sum", "scope": "all", "parameters": {"sums": {"2025": 9_000, "2026": 9_000}}}
ONE = {"insurer_uzovi": tiny.INSURERS[0]}


def _care(*cents: int, **changes: object) -> list[Record]:
    """Free care of the GP post, each for a patient of its own."""
    return [
        tiny.declaration(f"d{n}", performance_code="H500", amount_cents=amount, patient_key=tiny.bsn(n + 1), **changes)
        for n, amount in enumerate(cents)
    ]


def _settled(tmp_path: Path, changes: Record, care: list[Record], **feeds: list[Record]) -> dict[tuple, tuple]:
    rows = expected_of(tmp_path, *care, contracts=[contract("K1", **changes)], **feeds)["finance.contract_settlement"]
    return {key: (row["declared_eur"], row["due_eur"], row["status"]) for key, row in rows.items()}


def _euros(*amounts: str | None) -> tuple[Decimal | None, ...]:
    return tuple(None if amount is None else Decimal(amount) for amount in amounts)


@pytest.mark.parametrize(
    ("form", "field", "cents", "due"),
    [
        ("contract_sum", "sums", 8_999, "90.00"),
        ("contract_sum", "sums", 9_001, "90.00"),
        ("revenue_ceiling", "ceilings", 8_999, "89.99"),
        ("revenue_ceiling", "ceilings", 9_000, "90.00"),
        ("revenue_ceiling", "ceilings", 9_001, "90.00"),
        ("revenue_guarantee", "guarantees", 8_999, "90.00"),
        ("revenue_guarantee", "guarantees", 9_000, "90.00"),
        ("revenue_guarantee", "guarantees", 9_001, "90.01"),
    ],
)
def test_an_amount_of_the_year(tmp_path: Path, form: str, field: str, cents: int, due: str) -> None:
    changes = {"form": form, "scope": "all", "parameters": {field: {"2025": 9_000}}, "valid_to": "2025-12-31"} | ONE
    found = _settled(tmp_path, changes, _care(cents))
    assert found == {(*YEAR, "0101"): (Decimal(cents).scaleb(-2), Decimal(due), "settled")}


def test_prices_times_quantity_and_the_rest_as_declared(tmp_path: Path) -> None:
    """13,621 cents a point × 26 points = 354,146; a code without a price stays as it was declared."""
    care = [*_care(300_000, quantity=26), tiny.declaration("other", patient_key=tiny.bsn(9))]
    changes = {"form": "fee_for_service", "scope": "all", "parameters": {"prices": {"H500": 13_621}}} | ONE
    found = _settled(tmp_path, changes, care)
    assert found[*YEAR, "0101"] == (*_euros("3040.00", "3581.46"), "settled")


def test_all_insurers_pay_their_own_care_and_a_part_by_the_shares_of_the_year(tmp_path: Path) -> None:
    """90 euros against 30 declared to one of them: 60 over shares of 0.6 and 0.4."""
    found = _settled(tmp_path, SUM | {"valid_to": "2025-12-31"}, _care(3_000, insurer_uzovi="0202"))
    assert found == {
        (*YEAR, "0101"): (*_euros("0.00", "36.00"), "settled"),
        (*YEAR, "0202"): (*_euros("30.00", "30.00"), "settled"),
        (*YEAR, "0404"): (*_euros("0.00", "24.00"), "settled"),
    }


@pytest.mark.parametrize(
    ("changes", "feeds", "expected"),
    [
        ({"parameters": {"sums": {"2024": 1}}}, {}, {"0101": (*_euros("0.00", None), "amount_missing"),
                                                     "0404": (*_euros("0.00", None), "amount_missing")}),
        ({}, {"market_shares": []}, {None: (*_euros("0.00", "90.00"), "shares_missing")}),
        ({"form": "availability", "parameters": {"amounts": {"2025": 5}}}, {},
         {None: (*_euros("0.00", "0.05"), "settled")}),
        ({"form": "budget", "parameters": {}} | ONE, {}, {"0101": (*_euros("0.00", None), "no_budget")}),
        ({"form": "budget", "parameters": {}, "provider_agb": tiny.ZCO} | ONE, {},
         {"0101": (*_euros("0.00", "1000.00"), "settled")}),
        ({"provider_agb": None, "network_agb": NETWORK} | ONE, {}, {"0101": (*_euros("0.00", "90.00"), "settled")}),
    ],
)  # fmt: skip
def test_what_is_missing_and_who_pays(
    tmp_path: Path, changes: Record, feeds: dict[str, list[Record]], expected: dict
) -> None:
    others = {"providers": [*tiny.reference()["providers"], tiny.provider(NETWORK, "network", tiny.NOORD)]}
    found = _settled(tmp_path, SUM | {"valid_to": "2025-12-31"} | changes, [], **others, **feeds)
    assert found == {(*YEAR, uzovi): row for uzovi, row in expected.items()}


def test_a_contract_over_years_has_a_running_total(tmp_path: Path) -> None:
    rows = expected_of(tmp_path, *_care(9_500), contracts=[contract("K1", **SUM, **ONE)])["finance.contract_settlement"]
    found = {
        key[1]: (row["difference_eur"], row["cumulative_difference_eur"], row["status"]) for key, row in rows.items()
    }
    assert found == {2025: (*_euros("-5.00", "-5.00"), "settled"), 2026: (*_euros("90.00", "85.00"), "running")}


def test_care_that_is_no_care_of_the_contract(tmp_path: Path) -> None:
    """Of another law, disputed, before the contract, of another function, taken back."""
    taken_back = tiny.declaration("d8", performance_code="H500", patient_key=tiny.bsn(8))
    care = [
        *_care(100, legal_framework="Wlz"),
        tiny.declaration("double", amount_cents=4_000, service_start="2025-03-03T11:00:00+01:00"),
        tiny.declaration("first", amount_cents=4_000),
        tiny.declaration("early", service_start="2024-12-31T10:00:00+01:00", declared_on="2025-01-02"),
        taken_back,
        tiny.credit("c8", taken_back),
    ]
    found = _settled(tmp_path, SUM | ONE | {"valid_to": "2025-12-31"}, care)
    assert found == {(*YEAR, "0101"): (*_euros("40.00", "90.00"), "settled")}
    changes = SUM | ONE | {"valid_to": "2025-12-31", "scope": "function:care"}
    assert _settled(tmp_path / "of_care", changes, care)[*YEAR, "0101"][0] == 0
