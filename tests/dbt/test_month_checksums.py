"""A month of declarations whose published rows are others has another checksum: the models as they are, on few rows."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from kpi.rendered import build

MARCH, JUNE, JULY = (date(2025, month, 1) for month in (3, 6, 7))
VALIDATED = """
    create table int_declarations_validated as
    select
        row % 2 as version_id, row, 'p' as provider_agb, 'd' || row as declaration_id, debit_credit,
        corrects as corrects_declaration_id, '0101' as insurer_uzovi, 'x' as patient_key, 'hap' as sector,
        'noord' as region_code, 'c' as performance_code, 'triage' as function, 'fixed' as tariff_kind,
        100 as tariff_cents, 1 as max_per_day, true as covers_budget, 'm' as macro_category, 'Zvw' as legal_framework,
        'e' as episode_id, 1 as quantity, 100 as amount_cents, service_on::timestamptz as service_start, service_on,
        service_on as declared_on, service_on as delivery_date, 'f' as delivery_file, false as unknown_provider,
        false as unknown_insurer, false as unknown_performance_code
    from (values
        (1, 'D', null, date '2025-03-03'), (2, 'D', null, date '2025-03-04'), (3, 'C', 'd1', date '2025-06-02'),
        (4, 'D', null, date '2025-06-05'), (5, 'D', null, date '2025-07-01'), (6, 'D', null, date '2025-03-05')
    ) as made (row, debit_credit, corrects, service_on)
"""
INPUTS = """
    create table int_declarations_superseded (version_id bigint, row bigint);
    create table int_declarations_disputed (version_id bigint, delivery_row bigint, disputed_cents bigint);
    insert into int_declarations_superseded values (0, 6);
    insert into int_declarations_disputed values (0, 4, 30)
"""
PUBLISHED = """
    select service_month, list(d::varchar order by declaration_id) from declaration as d group by 1
"""
CHANGES = {
    "a row is replaced": ("insert into int_declarations_superseded values (0, 2)", {MARCH}),
    "a row stands again": ("delete from int_declarations_superseded", {MARCH}),
    "a dispute comes": ("insert into int_declarations_disputed values (0, 2, 5)", {MARCH}),
    "a dispute is of more": ("update int_declarations_disputed set disputed_cents = 31", {JUNE}),
    "a dispute is accepted": ("delete from int_declarations_disputed", {JUNE}),
    "a row comes": (
        "insert into int_declarations_validated by name select * replace (9 as row, 'd9' as declaration_id)"
        " from int_declarations_validated where row = 5",
        {JULY},
    ),
    "a version goes": ("delete from int_declarations_validated where row = 5", {JULY}),
    "a reference is another": (
        "update int_declarations_validated set region_code = 'oost' where row = 4", {JUNE},
    ),
    "what a credit takes back has another law": (
        "update int_declarations_validated set legal_framework = 'Wlz' where row = 1", {MARCH},
    ),
    "a credit no longer fits": (
        "update int_declarations_validated set quantity = 2 where row = 3", {MARCH, JUNE},
    ),
}  # fmt: skip


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"set TimeZone = 'Europe/Amsterdam'; {VALIDATED}; {INPUTS}")
        yield connection


def made(connection: duckdb.DuckDBPyConnection) -> tuple[dict, dict]:
    """Published rows by month, and checksums by month."""
    build(
        connection, "int_declarations_current", "int_credits_matched", "int_declarations_by_version",
        "int_declaration_months", "declaration",
    )  # fmt: skip
    checksums = connection.execute("select month, checksum from int_declaration_months").fetchall()
    return dict(connection.execute(PUBLISHED).fetchall()), dict(checksums)


def changed(before: dict, after: dict) -> set[date]:
    return {month for month in before.keys() | after.keys() if before.get(month) != after.get(month)}


@pytest.mark.parametrize("what", CHANGES)
def test_a_month_with_other_rows_has_another_checksum(warehouse: duckdb.DuckDBPyConnection, what: str) -> None:
    statement, expected = CHANGES[what]
    rows, checksums = made(warehouse)
    assert set(rows) == {MARCH, JUNE, JULY} and any("C" in row for row in rows[MARCH]), "the credit is with its debit"
    warehouse.execute(statement)
    rows_then, checksums_then = made(warehouse)
    assert changed(rows, rows_then) == expected
    assert expected <= changed(checksums, checksums_then)


def test_a_month_with_the_same_rows_keeps_its_checksum(warehouse: duckdb.DuckDBPyConnection) -> None:
    before = made(warehouse)
    assert made(warehouse) == before
    warehouse.execute(
        "create or replace table int_declarations_validated as from int_declarations_validated order by row desc"
    )
    assert made(warehouse) == before
