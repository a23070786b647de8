"""Splitting cents: exact, fair to the cent, total in its order."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from .money import euros, largest_remainder

WEIGHTS = st.dictionaries(st.text("0123456789", min_size=4, max_size=4), st.integers(0, 10**8), min_size=1).filter(
    lambda weights: sum(weights.values())
)


def test_ties_go_to_the_lower_name() -> None:
    assert largest_remainder(100, {"0303": 1, "0101": 1, "0202": 1}) == {"0101": 34, "0202": 33, "0303": 33}


def test_a_negative_total_is_mirrored() -> None:
    assert largest_remainder(-101, {"0101": 1, "0202": 1}) == {"0101": -51, "0202": -50}


def test_euros_have_two_places() -> None:
    assert str(euros(-5)) == "-0.05" and euros(None) is None and euros(120) == Decimal("1.20")


@given(st.integers(-(10**13), 10**13), WEIGHTS)
def test_parts_sum_exactly_and_lie_within_a_cent(total: int, weights: dict[str, int]) -> None:
    parts = largest_remainder(total, weights)
    whole = sum(weights.values())
    assert sum(parts.values()) == total
    assert all(abs(parts[name] * whole - total * weight) < whole for name, weight in weights.items())
    assert largest_remainder(-total, weights) == {name: -part for name, part in parts.items()}
