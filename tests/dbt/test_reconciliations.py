"""Each reconciliation must fail when totals in are not totals out: a fault is planted in the warehouse, and undone."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

FAULTS = {
    "declarations_delivered_are_declared": [
        "delete from finance.declaration where rowid = 0",
        "insert into finance.declaration select * from finance.declaration where rowid = 0",
        "update finance.declaration set amount_eur = amount_eur + 0.01 where rowid = 0",
        "delete from intermediate.int_reference_quarantine",
    ],
    "snapshots_delivered_are_measured": [
        "update capacity.hourly set snapshots = snapshots + 1 where rowid = 0",
        "delete from capacity.hourly where rowid = 0",
    ],
    "months_of_realisation_sum_to_the_year": [
        "delete from finance.budget_realisation where declared_eur <> 0 and month = (select max(month) from"
        " finance.budget_realisation where declared_eur <> 0)",
        "delete from finance.budget_realisation where lump_sum_eur <> 0",
        "update finance.budget_realisation set cumulative_revenue_eur = cumulative_revenue_eur + 0.01"
        " where month = (select max(month) from finance.budget_realisation)",
    ],
    "insurers_bear_the_budget_and_what_is_disputed": [
        "delete from finance.insurer_allocation where declared_eur <> 0",
        "update finance.insurer_allocation set burden_eur = burden_eur + 0.01 where rowid = 0",
        "delete from finance.insurer_allocation",
    ],
    "days_of_a_stop_sum_to_its_minutes": [
        "delete from intermediate.int_stop_days where rowid = 0",
        "update capacity.stop set minutes = minutes + 1 where rowid = 0",
    ],
    "findings_found_are_published": [
        "delete from integrity.double_funding_finding where rowid = 0",
        "delete from integrity.double_funding_finding where rule = 'R03'",
        "delete from integrity.double_funding_summary where rowid = 0",
        "update integrity.double_funding_finding set disputed_eur = disputed_eur + 0.01 where rule = 'R11'",
    ],
}  # fmt: skip


def test_every_reconciliation_has_its_faults(built) -> None:
    assert set(built.queries) == set(FAULTS)


@pytest.fixture
def connection(built) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(built.warehouse) as connection:
        connection.execute("set TimeZone = 'Europe/Amsterdam'; begin")
        yield connection
        connection.execute("rollback")


@pytest.mark.parametrize(("name", "fault"), [(name, fault) for name, faults in FAULTS.items() for fault in faults])
def test_a_planted_fault_is_found(name: str, fault: str, built, connection: duckdb.DuckDBPyConnection) -> None:
    assert not connection.execute(built.queries[name]).fetchall()
    assert connection.execute(fault).fetchone()[0], "the fault changes nothing"
    assert connection.execute(built.queries[name]).fetchall()
