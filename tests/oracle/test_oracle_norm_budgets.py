"""R13 on the worked examples of the norm (20.00 × 250,000 inhabitants) and on what is beside them."""

from pathlib import Path

import pytest

from . import tiny
from .catalogue import expected_of, found_by
from .landings_reference import GP
from .tiny_records import contract, inhabitants, service_area
from .writing import Record

INHABITANTS, AMOUNT = 250_000, 2_000


def _budgets(percentage: str, substituted: int, parameter: str, fallen: int, elsewhere: str) -> list[Record]:
    cents = round(INHABITANTS * AMOUNT * float(percentage) / 100)
    lines = [
        tiny.budget(
            tiny.HAP, str(INHABITANTS), AMOUNT, component="population", percentage=percentage, amount_cents=cents
        )
    ]
    if substituted:
        shift = {"component": "substitution", "parameter": parameter}
        lines.append(tiny.budget(tiny.HAP, "1", substituted, **shift))
    if fallen:
        shift = {"component": "substitution", "parameter": "to the post", "amount_cents": -fallen}
        lines.append(tiny.budget(elsewhere, "-1", fallen, **shift))
    return lines


@pytest.mark.parametrize(
    ("percentage", "substituted", "parameter", "fallen", "elsewhere", "risk"),
    [
        ("105", 60_000_000, "shift", 0, tiny.RAV, "350000.00"),
        ("90", 11_500_000, "K1", 11_500_000, GP, None),
        ("110", 30_000_000, "K1", 30_000_000, GP, None),
        ("110", 0, "", 0, tiny.RAV, None),
        ("110", 30_000_000, "K1", 10_000_000, GP, "200000.00"),
        ("110", 30_000_000, "K1", 10_000_000, tiny.RAV, "300000.00"),
        ("110", 30_000_000, "K12", 30_000_000, GP, "300000.00"),
        ("110", 30_000_000, "K2", 30_000_000, GP, "300000.00"),
        ("110", 30_000_000, "SEH (K1)", 30_000_000, GP, None),
        ("120", 0, "", 30_000_000, GP, "500000.00"),
    ],
)
def test_a_budget_above_its_norm(
    tmp_path: Path, percentage: str, substituted: int, parameter: str, fallen: int, elsewhere: str, risk: str | None
) -> None:
    expected = expected_of(
        tmp_path,
        budgets=_budgets(percentage, substituted, parameter, fallen, elsewhere),
        contracts=[contract("K1"), contract("K2", provider_agb=GP)],
        service_areas=[service_area(tiny.HAP, "west"), service_area(tiny.HAP, "east")],
        population=[inhabitants("west", 100_000), inhabitants("east", 150_000), inhabitants("other", 1)],
    )
    assert found_by(expected, "R13") == ({"2025/agreed": (None, None, risk)} if risk else {})


@pytest.mark.parametrize("areas", [[], [service_area(tiny.HAP, "gone")], [service_area(tiny.HAP, "west", year=2024)]])
def test_without_a_norm_nothing_is_said(tmp_path: Path, areas: list[Record]) -> None:
    counted = [inhabitants("west", 1), inhabitants("west", 1, year=2024)]
    budgets = _budgets("200", 0, "", 0, tiny.RAV)
    assert not found_by(expected_of(tmp_path, budgets=budgets, service_areas=areas, population=counted), "R13")


def test_only_a_gp_out_of_hours_service_has_a_norm(tmp_path: Path) -> None:
    budgets = [tiny.budget(tiny.RAV, "2", 1_000_000, component="population")]
    areas, counted = [service_area(tiny.RAV, "west")], [inhabitants("west", 1)]
    assert not found_by(expected_of(tmp_path, budgets=budgets, service_areas=areas, population=counted), "R13")
