"""What is withheld can't be computed back: not from all published tables, not by an insurer with its own rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .attack import Attack, Cell, Figures, Key, least_together
from .rendered import build, seed

WITHHOLDING = (
    "int_kpi_not_additive", "int_kpi_contributions", "int_kpi_cells", "int_kpi_withheld_years",
    "int_kpi_withheld_quarters", "int_kpi_withheld_months", "int_kpi_listed", "int_kpi_suppressed",
)  # fmt: skip
CALLS = ("int_kpis_of_contacts",)
DECLARED = ("int_kpis_of_declarations", "int_kpi_seh_per_1000")
INSURERS = ("0101", "0202")
MINIMUM = 10
DEBITS = (
    "region_code varchar, insurer_uzovi varchar, performance_code varchar, month date, debits bigint, corrected bigint"
)
CONTACTS = (
    "region_code varchar, month date, regular_offered bigint, regular_within_2min bigint, regular_within_10min bigint,"
    " emergency_offered bigint, emergency_within_30s bigint, abandoned bigint, triaged bigint default 0,"
    " self_care bigint default 0, multidisciplinary bigint default 0, passed_on bigint default 0,"
    " in_standard bigint default 0, placements bigint default 0, placement_calls bigint default 0"
)
COUNTED = (
    "region_code, month, regular_offered, regular_within_2min, regular_within_10min, emergency_offered,"
    " emergency_within_30s, abandoned"
)
CELLS = (
    "kpi_id varchar, region_code varchar, unit varchar, period_type varchar, period_start date,"
    " numerator decimal(28, 6), denominator decimal(28, 6), n bigint"
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        seed(connection, "kpi_definition")
        seed(connection, "performance_code_role")
        build(connection, "int_periods")
        connection.execute(
            "create temp table stg_population as select i || '-r' || r as region_code, 2025 as year,"
            " 500000 as inhabitants from range(10) as t (i), range(5) as s (r)"
        )
        yield connection


def _months(first: int, count: int) -> list[date]:
    return [date(2025 + (first + m) // 12, (first + m) % 12 + 1, 1) for m in range(count)]


# Mostly near the minimum, sometimes nothing at all, sometimes far above it.
COUNTS = st.one_of(st.integers(0, 12), st.integers(9, 40), st.just(0), st.integers(50, 500))


@st.composite
def monthly_calls(draw: st.DrawFn) -> list[tuple]:
    """Rows of int_contacts_monthly: 1 to 4 regions, 1 to 7 months, some over a turn of the year."""
    regions, months = draw(st.integers(1, 4)), _months(draw(st.integers(0, 11)), draw(st.integers(1, 7)))
    rows = []
    for region, month in product(range(regions), months):
        regular, emergency = draw(COUNTS), draw(st.one_of(st.just(0), COUNTS))
        within_10, within_30 = draw(st.integers(0, regular)), draw(st.integers(0, emergency))
        within_2 = draw(st.integers(0, within_10))
        gone = draw(st.integers(0, regular + emergency - within_10 - within_30))
        if regular + emergency:
            rows.append((f"r{region}", month, regular, within_2, within_10, emergency, within_30, gone))
    return rows


@st.composite
def monthly_debits(draw: st.DrawFn) -> list[tuple]:
    """Rows of int_debits_monthly: 1 to 4 regions, two insurers of which one may have nearly all."""
    regions, months = draw(st.integers(1, 4)), _months(draw(st.integers(0, 11)), draw(st.integers(1, 6)))
    rows = []
    for region, month, insurer, code in product(range(regions), months, INSURERS, ("I010", "AM004", "190015")):
        debits = draw(COUNTS if insurer == "0101" else st.one_of(st.just(0), st.integers(0, 8)))
        if debits:
            rows.append((f"r{region}", insurer, code, month, debits, draw(st.integers(0, min(debits, 3)))))
    return rows


class Release:
    """Many small countries in one pass of the project's own models: each is a unit, with regions of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, models: tuple[str, ...]) -> None:
        """`models` are those whose KPIs are released."""
        self.connection, self.models = connection, models
        self.kinds = dict(connection.execute("select kpi_id, kind from kpi_definition").fetchall())
        connection.execute(f"create or replace temp table int_debits_monthly ({DEBITS})")
        connection.execute(f"create or replace temp table all_debits ({DEBITS})")
        connection.execute(f"create or replace temp table int_kpi_periods ({CELLS})")

    def add(self, number: int) -> None:
        """The KPIs of what the tables hold now, as a country."""
        for cells in self.counted():
            self.connection.execute(
                f"insert into int_kpi_periods by name select * replace ('{number}' as unit) from {cells}"
            )

    def counted(self) -> tuple[str, ...]:
        build(self.connection, "int_declared_cases", *self.models)
        return self.models

    def withhold(self) -> None:
        self.connection.execute("delete from int_debits_monthly; insert into int_debits_monthly from all_debits")
        build(self.connection, "int_declared_cases", *WITHHOLDING)

    def cells(self, number: int, *, naive: bool = False) -> dict[Cell, Figures]:
        """The published cells of a country; naively, only those below the minimum are withheld."""
        withheld = f"n < {MINIMUM}" if naive else "suppressed"
        found = self.connection.execute(
            f"select kpi_id, region_code, unit, period_type, period_start, {withheld}, numerator, denominator, n"
            f" from {'int_kpi_periods' if naive else 'int_kpi_suppressed'} where unit = '{number}'"
        ).fetchall()
        cells = {row[:5]: (None, None, None) if row[5] else tuple(map(float, row[6:])) for row in found}
        assert len(cells) == len(found), "a cell is listed twice"
        return cells

    def own(self, insurer: str) -> dict[Key, float]:
        """What an insurer counts in its own rows, in every country: the same KPIs over them alone."""
        self.connection.execute("delete from int_debits_monthly where insurer_uzovi <> ?", [insurer])
        own = {}
        for counted in self.counted():
            for *cell, numerator, denominator, n in self.connection.execute(f"from {counted}").fetchall():
                rest = denominator - numerator if self.kinds[cell[0]] == "share" else 0
                for quantity, count in (("n", n), ("numerator", numerator), ("rest", rest)):
                    own[(cell[0], cell[1], cell[1].split("-")[0], *cell[3:]), quantity] = float(count)
        self.connection.execute("delete from int_debits_monthly; insert into int_debits_monthly from all_debits")
        return own


def _is_small_shown(cells: dict[Cell, Figures]) -> bool:
    return any(n is not None and n < MINIMUM for _, _, n in cells.values())


@settings(max_examples=2, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(countries=st.lists(monthly_calls(), min_size=8, max_size=8))
def test_no_call_is_found_out(connection: duckdb.DuckDBPyConnection, countries: list[list[tuple]]) -> None:
    release = Release(connection, CALLS)
    for number, rows in enumerate(countries):
        connection.execute(f"create or replace temp table int_contacts_monthly ({CONTACTS})")
        for row in rows:
            connection.execute(f"insert into int_contacts_monthly ({COUNTED}) values (?, ?, ?, ?, ?, ?, ?, ?)", row)
        release.add(number)
    release.withhold()
    for number in range(len(countries)):
        cells = release.cells(number)
        assert not _is_small_shown(cells) and least_together(cells) >= MINIMUM
        assert not Attack(cells, release.kinds).found_out()


@settings(max_examples=2, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(countries=st.lists(monthly_debits(), min_size=6, max_size=6))
def test_no_insurer_finds_out_with_its_own_rows(
    connection: duckdb.DuckDBPyConnection, countries: list[list[tuple]]
) -> None:
    release = Release(connection, DECLARED)
    for number, rows in enumerate(countries):
        connection.execute("delete from int_debits_monthly")
        for region, *row in rows:
            connection.execute("insert into int_debits_monthly values (?, ?, ?, ?, ?, ?)", [f"{number}-{region}", *row])
        connection.execute("insert into all_debits from int_debits_monthly")
        release.add(number)
    release.withhold()
    own = [release.own(insurer) for insurer in INSURERS]
    for number in range(len(countries)):
        cells = release.cells(number)
        assert not _is_small_shown(cells) and least_together(cells) >= MINIMUM
        assert not [found for rows in own if (found := Attack(cells, release.kinds, rows).found_out())]


def test_the_attack_finds_what_is_withheld_carelessly(connection: duckdb.DuckDBPyConnection) -> None:
    """By subtracting regions from the country, months from a quarter, and one line from both; never what is safe."""
    release = Release(connection, CALLS)
    connection.execute(f"create or replace temp table int_contacts_monthly ({CONTACTS})")
    for region, month, emergency in product("abc", (1, 2, 3), (20,)):
        few = 4 if (region, month) == ("a", 1) else emergency
        connection.execute(
            f"insert into int_contacts_monthly ({COUNTED}) values (?, ?, 100, 50, 80, ?, ?, 12)",
            [region, date(2025, month, 1), few, few // 2],
        )
    release.add(0)
    release.withhold()
    careless = Attack(release.cells(0, naive=True), release.kinds).found_out()
    assert {key[0][:2] for key in careless} == {("answer_emergency_30s", "a")}
    careful = release.cells(0)
    withheld = {cell[1:] for cell, figures in careful.items() if figures[0] is None}
    assert withheld == {(region, "0", "month", date(2025, month, 1)) for region in "ab" for month in (1, 2)}
    assert not Attack(careful, release.kinds).found_out()
