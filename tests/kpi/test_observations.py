"""What is measured outside: each cell as the oracle has it, and none that is withheld found out.

A source delivers months, quarters and years, regions, providers and the country beside each other, so a whole is not
always the sum of its parts. The attacker knows of each whole whether it is; that is more than the release tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oracle.door import VALUES
from oracle.observations import Cell as Measured
from oracle.observations import cells

from .attack import Attack, Cell
from .rendered import build, seed
from .test_suppression import COUNTS, MINIMUM, Release, _is_small_shown

KPIS = ("complications", "lead_time")
OBSERVED = (
    "kpi_id varchar, region_code varchar, provider_agb varchar, period_start date, period_end date,"
    " numerator decimal(18, 6), denominator decimal(18, 6), source varchar"
)
MODELS = ("int_observations_counted", "int_observations_regional")
PERIODS = [
    *((date(2025, month, 1), date(2025, month, days)) for month, days in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31))),
    (date(2025, 1, 1), date(2025, 3, 31)),
    (date(2025, 4, 1), date(2025, 6, 30)),
    (date(2025, 1, 1), date(2025, 12, 31)),
    (date(2025, 2, 1), date(2025, 4, 30)),
    (date(2025, 1, 27), date(2025, 2, 2)),
]
REGULAR = PERIODS[:8]
SHOWN_ALONE = """
    select kpi_id, unit, period_type, period_start
    from int_kpi_suppressed
    group by all
    having
        count(*) filter (where region_code <> 'NL' and suppressed) = 1
        and bool_or(not suppressed) filter (where region_code = 'NL')
"""
"""What the expectation withheld_never_alone holds a release back for."""


@dataclass(frozen=True)
class Country:
    """Measurements, and what the oracle makes of them."""

    rows: list[tuple]
    cells: dict[tuple, Measured]

    def sums(self, whole: Cell, parts: list[Cell]) -> bool | None:
        """Whether the whole is the sum of the parts as they were measured, at least that, or neither."""
        mine = self._rows(whole)
        theirs = [row for part in parts for row in self._rows(part)]
        if len(set(theirs)) < len(theirs) or not mine.issuperset(theirs):
            return None
        return len(theirs) == len(mine)

    def is_small(self, cell: Cell) -> bool:
        """Whether few people were measured there: what nothing was measured in protects nobody."""
        found = self.cells.get((cell[0], cell[1], *cell[3:]))
        return found is not None and found.denominator < MINIMUM

    def _rows(self, cell: Cell) -> frozenset:
        found = self.cells.get((cell[0], cell[1], *cell[3:]))
        return found.rows if found else frozenset()


@st.composite
def countries(draw: st.DrawFn) -> Country:
    periods = draw(st.sampled_from([PERIODS, REGULAR, REGULAR[:6], REGULAR[:5]]))
    places = [(f"r{region}", agb) for region in range(draw(st.integers(1, 4))) for agb in (None, "a", "b")]
    places += [("NL", None)] * draw(st.integers(0, 2))
    keys = st.tuples(
        st.sampled_from(KPIS),
        st.sampled_from(places),
        st.sampled_from(periods),
        st.sampled_from("st"[: draw(st.integers(1, 2))]),
    )
    rows = []
    for kpi, (region, agb), (first, last), source in draw(st.lists(keys, min_size=3, max_size=40, unique=True)):
        denominator = draw(COUNTS)
        numerator = draw(st.integers(0, denominator if kpi == "complications" else 3 * denominator))
        rows.append((kpi, region, agb, first, last, Decimal(numerator), Decimal(denominator), source))
    values = [VALUES["kpi_observations"](*row) for row in rows]
    return Country(rows, cells(SimpleNamespace(values=value) for value in values))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        seed(connection, "kpi_definition")
        seed(connection, "performance_code_role")
        build(connection, "int_periods")
        yield connection


def _release(connection: duckdb.DuckDBPyConnection, drawn: list[Country]) -> Release:
    release = Release(connection, ("int_kpis_observed",))
    for number, country in enumerate(drawn):
        connection.execute(f"create or replace temp table stg_kpi_observations ({OBSERVED})")
        connection.executemany("insert into stg_kpi_observations values (?, ?, ?, ?, ?, ?, ?, ?)", country.rows)
        build(connection, *MODELS)
        release.add(number)
    release.withhold()
    return release


@settings(max_examples=2, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(countries(), min_size=8, max_size=8))
def test_cells_are_the_oracles_and_none_withheld_is_found_out(
    connection: duckdb.DuckDBPyConnection, drawn: list[Country]
) -> None:
    release = _release(connection, drawn)
    for number, country in enumerate(drawn):
        counted = connection.execute(
            "select kpi_id, region_code, period_type, period_start, numerator, denominator from int_kpi_periods"
            " where unit = ?",
            [str(number)],
        ).fetchall()
        assert {row[:4]: row[4:] for row in counted} == {
            key: (cell.numerator, cell.denominator) for key, cell in country.cells.items()
        }
        shown = release.cells(number)
        assert not _is_small_shown(shown)
        found = Attack(shown, release.kinds, sums=country.sums).found_out()
        assert not [key for key in found if country.is_small(key[0])]
    assert not connection.execute(SHOWN_ALONE).fetchall()
