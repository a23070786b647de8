"""Funnels beside a plain second implementation, published limits of 303 trusts and exact limits of counts."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from math import inf, sqrt
from statistics import NormalDist

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from dagster_project.transform import poisson
from tests.shared_folder import NOT_THERE, SHARED

from .rendered import build, seed

GOLDEN = SHARED / "golden"
PUBLISHED = pytest.mark.skipif(not GOLDEN.is_dir(), reason=NOT_THERE)
Z_95, Z_998 = (NormalDist().inv_cdf(share) for share in (0.975, 0.999))
LIMITS = ("lower_95", "upper_95", "lower_998", "upper_998")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        poisson.register(connection)
        seed(connection, "kpi_definition")
        connection.execute(
            "create temp table int_kpis_withheld"
            " (kpi_id varchar, region_code varchar, year integer, year_withheld boolean)"
        )
        yield connection


def funnel(connection: duckdb.DuckDBPyConnection, rows: list[tuple]) -> list[dict]:
    """Funnels of one year; the rows give KPI, region, value, denominator and whether the year is partial."""
    connection.execute(
        "create or replace temp table value (kpi_id varchar, region_code varchar, value double,"
        " denominator decimal(28, 6), partial boolean, provisional boolean, unit varchar, period_type varchar,"
        " period_start date, n bigint)"
    )
    connection.executemany(
        "insert into value values (?, ?, ?, ?, ?, false, 'all', 'year', date '2025-01-01', 100)", rows
    )
    build(connection, "int_funnel_regions", "funnel")
    found = connection.execute("from funnel order by kpi_id, region_code")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def share_limits(expected: float, size: float) -> tuple[float, ...]:
    spread = sqrt(expected / 100 * (1 - expected / 100) / size) * 100
    return tuple(
        limit for z in (Z_95, Z_998) for limit in (max(expected - z * spread, 0), min(expected + z * spread, 100))
    )


def count_limits(expected: float, size: float) -> tuple[float, ...]:
    count = expected * size
    return tuple(
        limit
        for tail in (0.025, 0.001)
        for limit in (
            chi2.ppf(tail, 2 * count) / 2 / size if count else 0.0,
            chi2.ppf(1 - tail, 2 * count + 2) / 2 / size,
        )
    )


def dispersion(scores: list[float]) -> float | None:
    """The mean square of z-scores, of which the outer tenths count as the border of the tenth."""
    if not scores:
        return None
    ordered = sorted(scores)

    def border(share: float) -> float:
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (place - below)

    low, high = border(0.1), border(0.9)
    return sum(min(max(score, low), high) ** 2 for score in scores) / len(scores)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    share=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=6),
    rate=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 400)), min_size=1, max_size=6),
    partial=st.sets(st.integers(0, 5)),
)
def test_limits_are_those_of_chance(
    connection: duckdb.DuckDBPyConnection, share: list, rate: list, partial: set[int]
) -> None:
    kpis = {"self_care": ([(min(a, b), b) for a, b in share], 100), "seh_per_1000": (rate, 1)}
    rows, centres, sizes = [], {}, {}
    for kpi, (cells, scale) in kpis.items():
        a, b = map(sum, zip(*cells, strict=True))
        centres[kpi] = a / b * scale if b else None
        rows.append((kpi, "NL", centres[kpi], b, False))
        for place, (a, b) in enumerate(cells):
            sizes[kpi, f"r{place}"] = b
            rows.append((kpi, f"r{place}", a / b * scale if b else None, b, place in partial))
    found = funnel(connection, rows)
    assert {(row["kpi_id"], row["region_code"]) for row in found} == set(sizes)
    for kpi, (_, scale) in kpis.items():
        centre, shown, scores = centres[kpi], [row for row in found if row["kpi_id"] == kpi], []
        for row in shown:
            size, judged = sizes[kpi, row["region_code"]], int(row["region_code"][1:]) not in partial
            assert row["expected"] == centre and not row["withheld"]
            if not size or centre is None:
                assert row["outside"] is None and row["lower_95"] is None
                continue
            limits = share_limits(centre, size) if scale == 100 else count_limits(centre, size)
            assert [row[name] for name in LIMITS] == pytest.approx(limits, abs=1e-9)
            assert row["outside"] == ((row["value"] < limits[2] or row["value"] > limits[3]) if judged else None)
            spread = sqrt(centre / 100 * (1 - centre / 100) / size) * 100 if scale == 100 else sqrt(centre / size)
            if judged and spread:
                scores.append((row["value"] - centre) / spread)
        ratio = dispersion(scores)
        for row in shown:
            assert row["overdispersion"] == (None if ratio is None else pytest.approx(ratio, abs=1e-9))
            if row["lower_998"] is None:
                continue
            wider, top = sqrt(max(ratio or 1, 1)), 100 if scale == 100 else inf
            assert row["lower_998_adjusted"] == pytest.approx(
                max(centre + (row["lower_998"] - centre) * wider, 0), abs=1e-9
            )
            assert row["upper_998_adjusted"] == pytest.approx(
                min(centre + (row["upper_998"] - centre) * wider, top), abs=1e-9
            )


@pytest.mark.parametrize(
    ("count", "limits"),
    [
        (15, (0.5597, 1.6493, 0.3863, 2.0829)),
        (20, (0.6108, 1.5444, 0.4479, 1.9021)),
        (30, (0.6747, 1.4276, 0.5290, 1.7028)),
    ],
)
def test_limits_of_counts_are_the_exact_ones(
    connection: duckdb.DuckDBPyConnection, count: int, limits: tuple[float, ...]
) -> None:
    """Garwood's limits of an expected count, as ratios to it, to four places."""
    (row,) = funnel(connection, [("seh_per_1000", "NL", 1.0, 100, False), ("seh_per_1000", "r", 1.0, count, False)])
    assert [round(row[name], 4) for name in LIMITS] == list(limits)


def trusts() -> tuple[list[dict], float]:
    with (GOLDEN / "phe_funnel_prop_inputs.csv").open(encoding="utf-8") as lines:
        areas = list(csv.DictReader(lines))
    share = sum(float(row["numerator"]) for row in areas) / sum(float(row["denominator"]) for row in areas)
    return areas, 100 * share


@PUBLISHED
def test_303_english_trusts_lie_where_they_were_published(connection: duckdb.DuckDBPyConnection) -> None:
    """UK Health Security Agency, test data of its indicator methods (proportions)."""
    areas, centre = trusts()
    assert centre == pytest.approx(80.6424478571, abs=5e-11)
    rows = [("self_care", "NL", centre, 1, False)]
    for row in areas:
        numerator, denominator = float(row["numerator"]), int(row["denominator"])
        rows.append(("self_care", row["Area"], 100 * numerator / denominator, denominator, False))
    found = {row["region_code"]: row for row in funnel(connection, rows)}

    def said(row: dict) -> str:
        for tail, low, high in (("0.001", "lower_998", "upper_998"), ("0.025", "lower_95", "upper_95")):
            if row["value"] > row[high]:
                return f"High ({tail})"
            if row["value"] < row[low]:
                return f"Low ({tail})"
        return "Not significant"

    assert {area: said(row) for area, row in found.items()} == {row["Area"]: row["significance"] for row in areas}
    counted = Counter(map(said, found.values()))
    assert counted == {
        "High (0.001)": 168, "Low (0.001)": 92, "High (0.025)": 10, "Low (0.025)": 1, "Not significant": 32
    }  # fmt: skip
    assert {row["outside"] for row in found.values() if "0.001" in said(row)} == {True}
    (ratio,) = {row["overdispersion"] for row in found.values()}
    assert ratio > 100, "trusts differ by far more than chance"
    adjusted = [
        row for row in found.values() if not row["lower_998_adjusted"] <= row["value"] <= row["upper_998_adjusted"]
    ]
    assert len(adjusted) < 15


@PUBLISHED
def test_limits_are_those_published_for_a_hundred_sizes(connection: duckdb.DuckDBPyConnection) -> None:
    _, centre = trusts()
    with (GOLDEN / "phe_funnel_prop_outputs.csv").open(encoding="utf-8") as lines:
        published = {row["Population"]: row for row in csv.DictReader(lines)}
    rows = [("self_care", size, centre, int(size), False) for size in published]
    found = funnel(connection, [("self_care", "NL", centre, 1, False), *rows])
    assert len(found) == 100
    names = ("Lower2s0025limit", "Upper2s0025limit", "Lower3s0001limit", "Upper3s0001limit")
    for row in found:
        expected = [float(published[row["region_code"]][name]) for name in names]
        assert [row[name] for name in LIMITS] == pytest.approx(expected, abs=2e-6)
