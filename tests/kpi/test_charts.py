"""Control charts beside a plain second implementation of the rules, on series of any shape."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .rendered import build, seed

KPI, BETTER = "self_care", {"answer_regular_2min": 1, "abandoned": -1, "self_care": 0}
Point = tuple[str | None, int]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        seed(connection, "kpi_definition")
        connection.execute("create temp table stg_run as select date '2099-12-31' as as_of")
        connection.execute(
            "create temp table int_kpis_withheld (kpi_id varchar, region_code varchar, year integer,"
            " months_withheld boolean, quarters_withheld boolean, year_withheld boolean)"
        )
        connection.execute(
            "create temp table stg_kpi_rebasings (kpi_id varchar, region_code varchar, unit varchar, from_month date)"
        )
        yield connection


def limits(values: list[Fraction]) -> tuple[Fraction, Fraction | None]:
    """Mean, and how far the limits are from it: 2.66 times the mean moving range."""
    mean = sum(values) / len(values)
    moves = [abs(later - earlier) for earlier, later in pairwise(values)]
    return mean, Fraction(266, 100) * sum(moves) / len(moves) if moves else None


def special_causes(values: list[Fraction]) -> list[Point]:
    """Rule and side of each point, the first of outside, trend, two of three and shift; window by window."""
    mean, reach = limits(values)
    side = [(value > mean) - (value < mean) for value in values]
    outside = [reach is not None and abs(value - mean) > reach for value in values]
    near = [
        reach is not None and not out and abs(value - mean) > reach * 2 / 3
        for value, out in zip(values, outside, strict=True)
    ]
    found: list[dict[str, int]] = [{} for _ in values]
    # A value equal to the one before it neither continues a trend nor breaks it.
    moving = [i for i, value in enumerate(values) if not i or value != values[i - 1]]
    for first in range(len(moving) - 6):
        window = moving[first : first + 7]
        steps = {(values[later] > values[earlier]) for earlier, later in pairwise(window)}
        if len(steps) == 1:
            for i in window:
                # A peak belongs to the run that leaves it.
                found[i]["trend"] = 1 if steps == {True} else -1
    for first in range(len(values) - 6):
        window = range(first, first + 7)
        if len({side[i] for i in window}) == 1 and side[first]:
            for i in window:
                found[i]["shift"] = side[first]
    for first in range(len(values) - 2):
        window = range(first, first + 3)
        if len({side[i] for i in window}) == 1 and side[first] and sum(near[i] for i in window) >= 2:
            for i in window:
                if near[i]:
                    found[i]["two_of_three"] = side[i]
    for i, out in enumerate(outside):
        if out:
            found[i]["outside_limits"] = side[i]
    order = ("outside_limits", "trend", "two_of_three", "shift")
    return [next(((rule, rules[rule]) for rule in order if rule in rules), (None, 0)) for rules in found]


def _chart(connection: duckdb.DuckDBPyConnection, series: list[list[int | None]]) -> list[list[tuple]]:
    """Rows of the control chart of each series of hundredths, in three KPIs at once."""
    connection.execute(
        "create or replace temp table value (kpi_id varchar, region_code varchar, unit varchar, period_type varchar,"
        " period_start date, value double, target double, partial boolean,"
        " provisional boolean)"
    )
    rows = [
        (kpi, f"r{number}", "all", "month", date(2020 + m // 12, m % 12 + 1, 1), None if v is None else v / 100, 5.0)
        for kpi in BETTER
        for number, values in enumerate(series)
        for m, v in enumerate(values)
    ]
    connection.executemany("insert into value values (?, ?, ?, ?, ?, ?, ?, false, false)", rows)
    build(connection, "int_chart_months", "int_chart_points", "int_chart_signals", "control_chart")
    found = connection.execute(
        "select kpi_id, region_code, value, centre, lower_limit, upper_limit, special_cause, variation, assurance,"
        " trial from control_chart order by kpi_id, region_code, month"
    ).fetchall()
    return [[row for row in found if row[:2] == (kpi, f"r{n}")] for n in range(len(series)) for kpi in BETTER]


# Long enough for every rule: steps make runs and trends, ties lie on the mean, gaps are withheld months.
SERIES = st.one_of(
    st.lists(st.integers(0, 1000), min_size=1, max_size=20),
    st.lists(st.sampled_from([0, 500, 500, 1000, None]), min_size=1, max_size=24),
    st.lists(st.integers(-3, 12), min_size=7, max_size=24).map(
        lambda steps: [100 + sum(steps[: i + 1]) for i in range(len(steps))]
    ),
    st.lists(st.sampled_from([400, 410, 420, 480, 520, 900, 100]), min_size=8, max_size=30),
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(series=st.lists(SERIES, min_size=6, max_size=6))
def test_the_chart_is_that_of_the_rules(connection: duckdb.DuckDBPyConnection, series: list) -> None:
    charts = _chart(connection, series)
    for number, chart in enumerate(charts):
        values = series[number // len(BETTER)]
        shown = [Fraction(v, 100) for v in values if v is not None]
        assert len(chart) == len(values)
        better = BETTER[chart[0][0]]
        causes = iter(special_causes(shown)) if shown else iter(())
        mean, reach = limits(shown) if shown else (None, None)
        for (_, _, value, centre, lower, upper, cause, variation, assurance, trial), v in zip(
            chart, values, strict=True
        ):
            assert trial == (len(shown) < 12)
            assert (centre is None) == (not shown) and (lower is None) == (reach is None) == (upper is None)
            if shown:
                assert centre == pytest.approx(float(mean))
            if reach is not None:
                assert (lower, upper) == pytest.approx((float(mean - reach), float(mean + reach)))
            assert assurance == _assurance(better, mean, reach)
            rule, side = (None, 0) if v is None else next(causes)
            assert (value is None) == (v is None)
            assert cause == rule
            assert variation == (None if v is None else _variation(rule, side * better))


def _variation(rule: str | None, towards: int) -> str:
    return "common" if rule is None else {1: "improving", -1: "worsening", 0: "neutral"}[towards]


def _assurance(better: int, mean: Fraction | None, reach: Fraction | None) -> str | None:
    """The target is 5; where no direction is better, more is taken for better."""
    if reach is None:
        return None
    low, high = sorted(((mean - reach - 5) * (better or 1), (mean + reach - 5) * (better or 1)))
    return "passes" if low >= 0 else "fails" if high < 0 else "hit_and_miss"


def test_each_rule_marks_what_it_must_and_no_more(connection: duckdb.DuckDBPyConnection) -> None:
    flat = [500, 510] * 6
    made = {
        "six above": [510, 490, *[510] * 6, *[490, 510, 490] * 2, 490, 490],
        "seven above": [510, 490, *[510] * 7, *[490, 510, 490] * 2, 490, 490, 490],
        "ties within": [*flat, 500, 501, 502, 502, 503, 504, 505, 506, 500],
        "six and a tie": [*flat, 500, 501, 502, 502, 503, 504, 505, 500],
        "rising six": [*flat, 500, 501, 502, 503, 504, 505, 500],
        "rising seven": [*flat, 500, 501, 502, 503, 504, 505, 506, 500],
        "outside": [*flat, 900],
        "constant": [330] * 15,
    }
    causes = {name: [row[6] for row in _chart(connection, [values])[0]] for name, values in made.items()}
    assert set(causes["six above"]) == {None}
    assert [i for i, cause in enumerate(causes["seven above"]) if cause == "shift"] == list(range(2, 9))
    assert "trend" not in causes["rising six"] and "trend" in causes["rising seven"]
    assert [i for i, cause in enumerate(causes["rising seven"]) if cause == "trend"] == list(range(12, 19))
    assert [i for i, cause in enumerate(causes["ties within"]) if cause == "trend"] == [12, 13, 14, 16, 17, 18, 19]
    assert "trend" not in causes["six and a tie"]
    assert causes["outside"].index("outside_limits") == 12
    assert set(causes["constant"]) == {None}, "points on the mean are on neither side of it"
