"""R12-R16 on landings of a few rows: for each a case that is found and one beside it."""

from pathlib import Path

import pytest

from . import tiny
from .catalogue import expected_of, found_by
from .landings_reference import GP
from .tiny_records import allocation, exception, invoice
from .writing import Record

CLEARED = {"cleared_from": tiny.HAP}
AVAILABLE = {"funding_source": "availability_contribution"}


@pytest.mark.parametrize(
    ("function", "zco_function", "allocations", "risk"),
    [
        ("triage", None, [], "20.00"),
        ("triage", "triage", [], "20.00"),
        ("triage", "urgency", [], None),
        ("care", None, [], None),
        (None, None, [], None),
        ("triage", None, [CLEARED], None),
        ("triage", None, [CLEARED | {"cleared_amount_cents": 1999}], "0.01"),
        ("triage", None, [CLEARED | {"cleared_amount_cents": 2000}], None),
        ("triage", None, [CLEARED | {"valid_to": "2024-12-31", "valid_from": "2024-01-01"}], "20.00"),
        ("triage", None, [CLEARED | {"function": "urgency"}], "20.00"),
        ("triage", None, [{"cleared_from": tiny.RAV}], "20.00"),
    ],
)
def test_a_function_in_two_budgets(
    tmp_path: Path, function: str | None, zco_function: str | None, allocations: list[Record], risk: str | None
) -> None:
    budgets = [tiny.budget(tiny.ZCO, "10", 100, function=zco_function), tiny.budget(tiny.HAP, "2", 1000)]
    budgets[1] |= {"function": function}
    rows = [allocation(**changes) for changes in allocations]
    found = found_by(expected_of(tmp_path, budgets=budgets, function_allocations=rows), "R12")
    assert found == ({"2025/agreed/capacity/fte": (None, "2025/agreed/capacity/fte", risk)} if risk else {})


@pytest.mark.parametrize(
    ("changes", "held", "counter", "is_found"),
    [
        ({"parameter": "LPZ noord"}, {}, None, True),
        ({"parameter": "xlpz"}, {}, None, False),
        ({"parameter": "LPZ noord", "year": 2022}, {}, None, False),
        ({"function": "triage"}, AVAILABLE, "allocation", True),
        ({"function": "triage"}, {}, None, False),
        ({"function": "urgency"}, AVAILABLE, None, False),
        ({"function": "triage"}, AVAILABLE | {"valid_from": "2026-01-01"}, None, False),
    ],
)
def test_what_an_availability_contribution_pays(
    tmp_path: Path, changes: Record, held: Record, counter: str | None, is_found: bool
) -> None:
    budgets = [tiny.budget(tiny.HAP, "2", 1000, **changes)]
    found = found_by(expected_of(tmp_path, budgets=budgets, function_allocations=[allocation(**held)]), "R14")
    name = f"allocation/{tiny.NOORD}/triage/{tiny.ZCO}/2025-01-01" if counter else None
    line = f"2025/agreed/capacity/{changes.get('parameter', 'fte')}"
    assert found == ({line: (None, name, "20.00")} if is_found else {})


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        ({"kind": "advance"}, True),
        ({"kind": "settlement"}, True),
        ({"kind": "lump_sum"}, False),
        ({"kind": "advance", "amount_cents": 101}, False),
        ({"kind": "advance", "paid_on": "2025-02-11"}, False),
        ({"kind": "advance", "insurer_uzovi": tiny.INSURERS[1]}, False),
        ({"kind": "advance", "for_year": 2026}, False),
        ({"kind": "advance", "debit_credit": "C"}, False),
    ],
)
def test_money_booked_twice(tmp_path: Path, changes: Record, is_found: bool) -> None:
    payments = [tiny.payment("p1", 100), tiny.payment("p2", 100, **changes)]
    found = found_by(expected_of(tmp_path, payments=payments), "R15")
    assert found == ({"payment/p1": (None, "payment/p2", "1.00")} if is_found else {})


@pytest.mark.parametrize(("function", "risk"), [("triage", "40.00"), ("urgency", None), (None, None)])
def test_a_lump_sum_beside_declarations(tmp_path: Path, function: str | None, risk: str | None) -> None:
    budgets = [tiny.budget(tiny.HAP, "2", 4000, component="lump_sum", function=function)]
    rows = [tiny.declaration("d1"), tiny.declaration("d2", service_start="2024-12-31T22:59:59Z")]
    found = found_by(expected_of(tmp_path, *rows, budgets=budgets), "R15")
    assert found == ({"2025/agreed/lump_sum/fte": (None, None, risk)} if risk else {})


@pytest.mark.parametrize(
    ("changes", "risk"),
    [
        ({}, "80.00"),
        ({"wage_cost_cents": 100}, "1.00"),
        ({"client_bound": False}, None),
        ({"member_agb": GP}, None),
        ({"period_end": "2025-03-03"}, "40.00"),
        ({"period_start": "2025-03-05"}, None),
    ],
)
def test_hours_invoiced_and_care_declared(tmp_path: Path, changes: Record, risk: str | None) -> None:
    rows = [tiny.declaration("d1"), tiny.declaration("d2", service_start="2025-03-04T10:00:00+01:00")]
    found = found_by(expected_of(tmp_path, *rows, network_costs=[invoice("I1", **changes)]), "R16")
    assert found == ({"invoice/I1": (None, None, risk)} if risk else {})


@pytest.mark.parametrize(
    ("agb", "counter", "is_accepted"),
    [
        (tiny.HAP, None, True),
        (tiny.ZCO, None, False),
        (tiny.HAP, tiny.ZCO, True),
        (tiny.ZCO, tiny.HAP, True),
        (tiny.ZCO, tiny.ZCO, False),
    ],
)
def test_an_exception_names_two_providers_in_either_order(
    tmp_path: Path, agb: str, counter: str | None, is_accepted: bool
) -> None:
    budgets = [tiny.budget(tiny.ZCO, "10", 100), tiny.budget(tiny.HAP, "2", 1000, function="triage")]
    covering = exception("X1", "R12", provider_agb=agb, counter_provider_agb=counter, valid_from="2025-12-31")
    expected = expected_of(tmp_path, budgets=budgets, exceptions=[covering])
    rows = list(expected["integrity.double_funding_finding"].values())
    assert [row["status"] for row in rows] == ["accepted" if is_accepted else "open"]
