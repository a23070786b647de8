"""The hand-worked landing: every figure here was worked out on paper."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from . import tiny
from .expected import Expected, compute


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Expected:
    landing: Path = tmp_path_factory.mktemp("tiny")
    return compute(tiny.write_tiny(landing, **tiny.hand_worked()), key=tiny.KEY)


def _money(text: str) -> Decimal:
    return Decimal(text)


def test_findings_name_both_sides(expected: Expected) -> None:
    found = {
        (rule, declaration_id): (row["counter_declaration_id"], str(row["disputed_eur"]))
        for (rule, _, declaration_id, _), row in expected["integrity.double_funding_finding"].items()
    }
    assert found == {
        ("R01", "d2"): ("d1", "41.00"),
        ("R11", "d2"): (None, "1.00"),
        ("R03", "c2"): ("d3", "0.00"),
        ("R03", "c3"): ("d1", "0.00"),
        ("R04", "z1"): ("d1", "123.45"),
    }


def test_declarations(expected: Expected) -> None:
    rows = {declaration_id: row for (_, declaration_id), row in expected["finance.declaration"].items()}
    assert {name for name, row in rows.items() if not row["counted"]} == {"c2", "c3"}
    assert rows["d2"]["disputed_eur"] == _money("41.00")
    assert rows["c1"]["amount_eur"] == _money("-40.00")
    assert rows["c1"]["service_month"] == rows["d3"]["service_month"] == date(2025, 5, 1)
    assert expected["integrity.quarantine"] == {
        ("declarations", tiny.DELIVERED, "a.csv", 9): {"rules": frozenset({"unknown_performance_code"})}
    }


def test_ledger(expected: Expected) -> None:
    row = expected["integrity.delivery"][("declarations", tiny.DELIVERED, "a.csv")]
    assert (row["rows"], row["accepted"], row["quarantined"]) == (9, 8, 1)
    assert (row["amount_eur"], row["accepted_amount_eur"]) == (_money("454.44"), _money("414.44"))


def test_settlements(expected: Expected) -> None:
    rows = expected["finance.settlement"]
    zco = rows[(tiny.ZCO, 2025, "provisional")]
    assert zco == {
        "budget_eur": _money("1002.50"),
        "revenue_eur": _money("250.00"),
        "revenue_difference_eur": _money("752.50"),
        "instrument": "closing_tariff",
        "status": "settled",
        "basis": "revenue",
        "cost_eur": None,
        "unspent_eur": None,
        "shares_year": 2024,
        "budget_edition": "agreed",
    }
    assert rows[(tiny.ZCO, 2025, "definitive")] == zco | {"shares_year": 2025}
    hap = rows[(tiny.HAP, 2025, "definitive")]
    assert (hap["status"], hap["revenue_eur"], hap["budget_eur"]) == ("no_budget", _money("40.00"), None)
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("edition", "uzovi", "declared", "part", "burden", "still_to_pay", "by_declared", "by_population"),
    [
        ("provisional", "0101", "50.00", "250.84", "500.84", "250.84", "216.92", None),
        ("provisional", "0202", "123.45", "250.83", "250.83", "127.38", "535.58", None),
        ("provisional", "0303", "0.00", "250.83", "250.83", "180.83", "0.00", None),
        ("definitive", "0101", "50.00", "451.50", "701.50", "451.50", "216.92", "501.67"),
        ("definitive", "0202", "123.45", "0.00", "0.00", "-123.45", "535.58", "0.00"),
        ("definitive", "0303", "0.00", "0.00", "0.00", "-70.00", "0.00", "0.00"),
        ("definitive", "0404", "0.00", "301.00", "301.00", "301.00", "0.00", "250.83"),
    ],
)
def test_allocation(
    expected: Expected,
    edition: str,
    uzovi: str,
    declared: str,
    part: str,
    burden: str,
    still_to_pay: str,
    by_declared: str,
    by_population: str | None,
) -> None:
    row = expected["finance.insurer_allocation"][(tiny.ZCO, 2025, edition, uzovi)]
    figures = {
        "declared_eur": declared,
        "part_eur": part,
        "burden_eur": burden,
        "still_to_pay_eur": still_to_pay,
        "part_by_declared_share_eur": by_declared,
        "part_by_population_share_eur": by_population,
    }
    assert {name: row[name] for name in figures} == {name: text and _money(text) for name, text in figures.items()}


def test_burdens_sum_to_the_budget(expected: Expected) -> None:
    """Also where 123.45 is disputed: it is not asked twice, and stands among what has to come back."""
    rows = expected["finance.insurer_allocation"]
    for edition in ("provisional", "definitive"):
        burdens = [row["burden_eur"] for key, row in rows.items() if key[:3] == (tiny.ZCO, 2025, edition)]
        assert sum(burdens) == _money("1002.50")
    to_reclaim = [row for key, row in expected["finance.to_reclaim"].items() if key[0] == tiny.ZCO]
    assert [(row["insurer_uzovi"], row["disputed_eur"]) for row in to_reclaim] == [("0202", _money("123.45"))]


def test_macro_categories(expected: Expected) -> None:
    rows = expected["finance.insurer_macro_category"]
    provisional = {key[3:]: row["burden_eur"] for key, row in rows.items() if key[2] == "provisional"}
    assert provisional == {
        ("0101", "unassigned"): _money("500.84"),
        ("0202", "coordination"): _money("250.83"),
        ("0303", "unassigned"): _money("250.83"),
    }


def test_realisation(expected: Expected) -> None:
    rows = {month: row for (agb, _, month), row in expected["finance.budget_realisation"].items() if agb == tiny.ZCO}
    assert len(rows) == 12
    assert rows[date(2025, 2, 1)]["lump_sum_eur"] == _money("300.00")
    assert rows[date(2025, 3, 1)]["disputed_eur"] == _money("123.45")
    december = rows[date(2025, 12, 1)]
    assert (december["lump_sum_eur"], december["cumulative_revenue_eur"]) == (_money("-100.00"), _money("250.00"))
    assert december["realisation_pct"] == pytest.approx(25_000 / 1002.5)


def test_capacity(expected: Expected) -> None:
    unit = (tiny.HAP, "L1", "seh")
    nine = datetime(2025, 3, 3, 9, tzinfo=UTC)
    assert expected["capacity.hourly"][(*unit, nine)] == {
        "occupied_avg": 10.5, "total_avg": 10.0, "occupancy": 1.05, "worst_status": "timeout", "snapshots": 3,
    }  # fmt: skip
    stops = {start: row["minutes"] for (*_, start), row in expected["capacity.stop"].items()}
    assert stops == {nine: 10.0, datetime(2025, 3, 3, 10, tzinfo=UTC): 10.0}
