"""Shape: what one file and one row say of themselves."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from . import tiny
from .bsn import passes
from .door import judge
from .expected import compute
from .reading import deliveries
from .writing import write_delivery

HEADER = "uzovi,name,concern,valid_from,valid_to"


def _rules(tmp_path: Path, *rows: tiny.Record, feed: str = "declarations") -> list[set[str]]:
    write_delivery(tmp_path, feed, tiny.DELIVERED, "a.csv", rows)
    found, _ = deliveries(tmp_path, tiny.DELIVERED)
    return [set(row.faults) for row in judge(found[0], tiny.KEY)]


def _insurers(tmp_path: Path, data: bytes, name: str = "a.csv") -> dict[str, object]:
    path = tmp_path / "insurers/2026-01-31" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    expected = compute(tmp_path, key=tiny.KEY)
    rules = [set(row["rules"]) for _, row in sorted(expected["integrity.quarantine"].items())]
    return expected["integrity.delivery"][("insurers", date(2026, 1, 31), name)] | {"rules": rules}


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, set()),
        ({"quantity": 0}, {"invalid_quantity"}),
        ({"amount_cents": "12.50"}, {"invalid_amount_cents"}),
        ({"amount_cents": None}, {"missing_amount_cents"}),
        ({"service_start": "2025-03-03T10:00:00"}, {"invalid_service_start"}),
        ({"patient_key": "123456789"}, {"failed_eleven_test"}),
        ({"patient_key": "A" * 64}, set()),
        ({"debit_credit": "C"}, {"credit_without_reference"}),
        ({"corrects_declaration_id": "x"}, {"debit_with_reference"}),
        ({"birth_year": 2027}, {"birth_year_after_delivery"}),
        ({"service_end": "2025-03-03T08:59:59Z"}, {"service_end_before_start"}),
        ({"service_end": "2025-03-03T09:00:00Z"}, set()),
        ({"service_start": "2026-01-31T22:59:59Z"}, {"declared_before_service"}),
        ({"service_start": "2026-01-31T23:00:00Z"}, {"service_after_delivery", "declared_before_service"}),
        ({"declared_on": "2026-02-01"}, {"declared_after_delivery"}),
        ({"episode_id": "a\tb"}, {"invalid_episode_id", "control_character"}),
    ],
)
def test_declaration_rules(tmp_path: Path, changes: dict[str, object], rules: set[str]) -> None:
    assert _rules(tmp_path, tiny.declaration("d1", **changes)) == [rules]


def test_budget_amount_rounds_half_to_even(tmp_path: Path) -> None:
    half = {"percentage": "50", "component": "macro"}
    rows = [tiny.budget(tiny.ZCO, "1", 5, parameter=str(cents), amount_cents=cents, **half) for cents in (2, 3)]
    assert _rules(tmp_path, *rows, feed="budgets") == [set(), {"amount_does_not_follow"}]


def test_the_first_clean_row_of_a_key_stands(tmp_path: Path) -> None:
    wrong, right = tiny.declaration("d1", quantity=0), tiny.declaration("d1")
    expected = [{"invalid_quantity"}, set(), {"repeated_key"}, {"invalid_quantity", "repeated_key"}]
    assert _rules(tmp_path, wrong, right, right, wrong) == expected


def test_instants_of_one_moment_are_one_key(tmp_path: Path) -> None:
    rows = [tiny.snapshot("2025-03-03T10:00:00+01:00"), tiny.snapshot("2025-03-03T09:00:00Z")]
    assert _rules(tmp_path, *rows, feed="capacity_snapshots") == [set(), {"repeated_key"}]


def test_a_bsn_is_replaced(tmp_path: Path) -> None:
    write_delivery(tmp_path, "declarations", tiny.DELIVERED, "a.csv", [tiny.declaration("d1")])
    row = judge(deliveries(tmp_path, None)[0][0], tiny.KEY)[0]
    assert passes(tiny.bsn(1)) and len(row.values.patient_key) == 64


def test_lines_that_are_no_rows(tmp_path: Path) -> None:
    lines = [
        HEADER,
        "",
        "0101,A,B",
        '0101,"A",B,2023-01-01,',
        '0102,A "x",B,2023-01-01,',
        '0103,"A ""x"", y",B,2023-01-01,',
    ]
    found = _insurers(tmp_path, ("\r\n".join(lines) + "\r\n").encode())
    assert (found["rows"], found["accepted"]) == (5, 2)
    assert found["rules"] == [{"blank_line"}, {"wrong_field_count"}, {"unbalanced_quote"}]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b""),
        ("a.csv", f"{HEADER}\n0101,A,B,2023-01-01,".encode()),
        ("a.csv", f"{HEADER},extra\n".encode()),
        ("a.csv", b"uzovi,name,concern,valid_to\n"),
        ("a.csv", f"{HEADER},name\n".encode()),
        ("a.csv", f"{HEADER}\n0101,\xe9,B,2023-01-01,\n".encode("latin-1")),
        ("a.csv.gz", b"\x1f\x8b torn"),
        ("a.parquet", b"PAR1 torn"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_rejected(tmp_path: Path, name: str, data: bytes) -> None:
    assert _insurers(tmp_path, data, name)["status"] == "rejected"


def test_a_float_is_no_money(tmp_path: Path) -> None:
    path = write_delivery(tmp_path, "payments", tiny.DELIVERED, "a.parquet", [tiny.payment("p1", 100)])
    table = pq.read_table(path)
    at = table.column_names.index("amount_cents")
    pq.write_table(table.set_column(at, "amount_cents", pa.array([100.0])), path)
    expected = compute(tmp_path, key=tiny.KEY)
    assert [row["status"] for row in expected["integrity.delivery"].values()] == ["rejected"]


def test_what_is_no_delivery_is_not_read(tmp_path: Path) -> None:
    path = write_delivery(tmp_path, "insurers", tiny.DELIVERED, "a.csv", [tiny.insurer("0101")])
    for name in ("b.csv.part", "b.tmp", ".b.csv", "b.txt"):
        (path.parent / name).write_bytes(path.read_bytes())
    (path.parent / "link.csv").symlink_to(path)
    write_delivery(tmp_path, "insurers", "2026-02-01", "late.csv", [tiny.insurer("0202")])
    (tmp_path / "insurers/2026-13-01").mkdir()
    found, as_of = deliveries(tmp_path, tiny.DELIVERED)
    assert [delivery.file for delivery in found] == ["a.csv"] and as_of == tiny.DELIVERED
    assert deliveries(tmp_path, None)[1] == date(2026, 2, 1)


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ";"), ("a.csv.gz", ","), ("a.parquet", ",")])
def test_every_format_says_the_same(tmp_path: Path, name: str, separator: str) -> None:
    worked = tiny.hand_worked()
    plain = compute(tiny.write_tiny(tmp_path / "plain", **worked), key=tiny.KEY)
    other = compute(tiny.write_tiny(tmp_path / "other", name=name, separator=separator, **worked), key=tiny.KEY)
    for table in set(plain.tables) - {"finance.declaration", "integrity.delivery", "integrity.quarantine"}:
        assert other[table] == plain[table]
    assert [row["rules"] for row in other["integrity.quarantine"].values()] == [{"unknown_performance_code"}]
