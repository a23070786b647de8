"""What is withheld can't be computed back: not from all published tables, not by an insurer with its own rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .attack import Attack, Key
from .rendered import build, seed

WITHHOLDING = (
    "int_kpi_masses", "int_kpi_cells", "int_kpi_withheld_years",
    "int_kpi_quarter_roles", "int_kpi_quarter_parts", "int_kpi_withheld_quarters",
    "int_kpi_month_roles", "int_kpi_month_parts", "int_kpi_withheld_months", "int_kpi_suppressed",
)  # fmt: skip
CALLS = ("answer_regular_2min", "answer_regular_10min", "answer_emergency_30s", "abandoned")
DECLARED = ("admin_burden", "ambulance_no_transport", "seh_per_1000")
INSURERS = ("0101", "0202")
MINIMUM = 10


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        seed(connection, "kpi_definition")
        seed(connection, "performance_code_role")
        build(connection, "int_periods")
        connection.execute(
            "create temp table int_debits_monthly (region_code varchar, insurer_uzovi varchar,"
            " performance_code varchar, month date, debits bigint, corrected bigint)"
        )
        connection.execute("create temp table int_population_current (region_code varchar, year int, inhabitants int)")
        yield connection


def _months(first: int, count: int) -> list[date]:
    return [date(2025 + (first + m) // 12, (first + m) % 12 + 1, 1) for m in range(count)]


# Mostly near the minimum, sometimes nothing at all, sometimes far above it.
COUNTS = st.one_of(st.integers(0, 12), st.integers(9, 40), st.just(0), st.integers(50, 500))


@st.composite
def monthly_calls(draw: st.DrawFn) -> list[tuple]:
    """Rows of int_contacts_monthly: 1 to 5 regions, 1 to 9 months over a turn of the year."""
    regions, months = draw(st.integers(1, 5)), _months(draw(st.integers(0, 11)), draw(st.integers(1, 9)))
    rows = []
    for region, month in product(range(regions), months):
        regular, emergency = draw(COUNTS), draw(st.one_of(st.just(0), COUNTS))
        within_10 = draw(st.integers(0, regular))
        within_30 = draw(st.integers(0, emergency))
        within_2 = draw(st.integers(0, within_10))
        gone = draw(st.integers(0, regular + emergency - within_10 - within_30))
        if regular + emergency:
            rows.append((f"r{region}", month, regular, within_2, within_10, emergency, within_30, gone))
    return rows


@st.composite
def monthly_debits(draw: st.DrawFn) -> list[tuple]:
    """Rows of int_debits_monthly: 1 to 4 regions, two insurers of which one may have nearly all."""
    regions, months = draw(st.integers(1, 4)), _months(draw(st.integers(0, 11)), draw(st.integers(1, 7)))
    rows = []
    for region, month, insurer, code in product(range(regions), months, INSURERS, ("AM001", "AM004", "190015")):
        debits = draw(COUNTS if insurer == "0101" else st.one_of(st.just(0), st.integers(0, 8)))
        if debits:
            rows.append((f"r{region}", insurer, code, month, debits, draw(st.integers(0, min(debits, 3)))))
    return rows


def _withhold(connection: duckdb.DuckDBPyConnection, kpis: tuple[str, ...]) -> tuple[dict, dict, dict]:
    """Published rows, kinds and the truth, after the project's own models."""
    build(connection, *(f"int_kpi_{kpi}" for kpi in kpis))
    connection.execute(
        "create or replace temp table int_kpi_periods as "
        + " union all ".join(f"select * from int_kpi_{kpi}" for kpi in kpis)
    )
    build(connection, "int_kpi_own_periods", *WITHHOLDING)
    found = connection.execute(
        "select kpi_id, region_code, unit, period_type, period_start, numerator, denominator, n, suppressed"
        " from int_kpi_suppressed"
    ).fetchall()
    published = {
        row[:5]: (None, None, None) if row[8] else (float(row[5]), float(row[6]), float(row[7])) for row in found
    }
    assert len(published) == len(found), "a cell is listed twice"
    kinds = dict(connection.execute("select kpi_id, kind from kpi_definition").fetchall())
    return published, kinds, {row[:5]: row[5:8] for row in found}


def _none_small_is_shown(published: dict) -> None:
    assert not [cell for cell, (_, _, n) in published.items() if n is not None and n < MINIMUM]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=monthly_calls())
def test_no_call_is_found_out(connection: duckdb.DuckDBPyConnection, rows: list[tuple]) -> None:
    connection.execute("delete from int_debits_monthly")
    connection.execute(
        "create or replace temp table int_contacts_monthly (region_code varchar, month date, regular_offered bigint,"
        " regular_within_2min bigint, regular_within_10min bigint, emergency_offered bigint,"
        " emergency_within_30s bigint, abandoned bigint)"
    )
    if rows:
        connection.executemany("insert into int_contacts_monthly values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    published, kinds, _ = _withhold(connection, CALLS)
    _none_small_is_shown(published)
    assert not Attack(published, kinds).found_out()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=monthly_debits())
def test_no_insurer_finds_out_with_its_own_rows(connection: duckdb.DuckDBPyConnection, rows: list[tuple]) -> None:
    connection.execute("delete from int_debits_monthly; delete from int_population_current")
    connection.execute("insert into int_population_current select 'r' || r, 2025, 500000 from range(4) as t (r)")
    if rows:
        connection.executemany("insert into int_debits_monthly values (?, ?, ?, ?, ?, ?)", rows)
    published, kinds, _ = _withhold(connection, DECLARED)
    _none_small_is_shown(published)
    for insurer in INSURERS:
        assert not Attack(published, kinds, _own(connection, kinds, insurer)).found_out()


def _own(connection: duckdb.DuckDBPyConnection, kinds: dict, insurer: str) -> dict[Key, float]:
    """What an insurer counts in its own rows: the same KPIs over them alone."""
    connection.execute("create or replace temp table all_debits as from int_debits_monthly")
    try:
        connection.execute("delete from int_debits_monthly where insurer_uzovi <> ?", [insurer])
        build(connection, *(f"int_kpi_{kpi}" for kpi in DECLARED))
        own = {}
        for kpi in DECLARED:
            for *cell, numerator, denominator, n in connection.execute(f"from int_kpi_{kpi}").fetchall():
                rest = denominator - numerator if kinds[kpi] == "share" else 0
                for quantity, count in (("n", n), ("numerator", numerator), ("rest", rest)):
                    own[tuple(cell), quantity] = float(count)
        return own
    finally:
        connection.execute("create or replace temp table int_debits_monthly as from all_debits")
