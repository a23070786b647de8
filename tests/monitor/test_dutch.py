"""Figures and periods as they are written in the Netherlands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dagster_project.monitor import dutch
from dagster_project.monitor.scorecard import shown, target_words
from dagster_project.monitor.sparkline import sparkline


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567.89"), "1.234.567,89"), (Decimal("-0.01"), "−0,01"), (0, "0,00"), (None, "–"),
        (Decimal("99999999999999.99"), "99.999.999.999.999,99"),
    ],
)  # fmt: skip
def test_euros_are_exact(value: Decimal | int | None, text: str) -> None:
    assert dutch.euro(value) == text


@pytest.mark.parametrize(
    ("value", "places", "text"), [(-0.04, 1, "0,0%"), (12.25, 1, "12,2%"), (12.35, 1, "12,4%"), (0.005, 2, "0,00%")]
)
def test_percentages_round_half_even_and_zero_has_no_sign(value: float, places: int, text: str) -> None:
    assert dutch.percent(value, places) == text


@pytest.mark.parametrize(
    ("value", "text"), [(999, "€ 999"), (2476753, "€ 2,5 mln"), (-1_500_000_000, "€ −1,5 mld"), (None, "–")]
)
def test_short_euros(value: int | None, text: str) -> None:
    assert dutch.short_euro(value) == text


def test_periods() -> None:
    said = [dutch.period(date(2026, 4, 1), kind) for kind in ("month", "quarter", "year")]
    assert said == ["april 2026", "2e kwartaal 2026", "2026"]
    assert (dutch.day(date(2026, 3, 1)), dutch.short_month(2, 2026)) == ("1 maart 2026", "feb 2026")


@pytest.mark.parametrize(
    ("target", "measure", "direction", "said"),
    [
        (75.0, "%", "higher", "≥ 75,0%"), (5.0, "count", "lower", "≤ 5"), (1.0, "ratio", "higher", "alle"),
        (100.0, "%", "target", "100,0%"), (None, "%", "lower", "lager is beter"), (None, "%", "context", "context"),
    ],
)  # fmt: skip
def test_targets(target: float | None, measure: str, direction: str, said: str) -> None:
    assert target_words(target, measure, direction) == said


def test_a_target_to_be_near_names_its_bounds() -> None:
    assert target_words(100.0, "%", "target", (95.0, 105.0)) == "95,0% – 105,0%"


def test_a_measure_that_nobody_described_is_still_shown() -> None:
    assert shown(1.234, "furlongs") == "1,23"


@pytest.mark.parametrize(
    ("points", "path"),
    [
        ([1.0, 2.0, 3.0], "M0.0,18.0h0L32.0,9.0L64.0,0.0"), ([5.0, None, 5.0], "M0.0,18.0h0M64.0,18.0h0"),
        ([None, 1.0, 2.0], "M32.0,18.0h0L64.0,0.0"), ([4.0], "M0.0,18.0h0"),
    ],
)  # fmt: skip
def test_a_small_line_breaks_where_a_value_is_withheld(points: list[float | None], path: str) -> None:
    assert sparkline(points) == path
