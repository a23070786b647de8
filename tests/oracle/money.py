"""Cents and how they are split; knows nothing of feeds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal


def euros(cents: int | None) -> Decimal | None:
    """Whole cents as euros with two places."""
    return None if cents is None else Decimal(cents).scaleb(-2)


def largest_remainder(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """`total` cents over names in proportion of whole weights ≥ 0, summing exactly; ties to the lower name.

    The weights' sum must be positive. The sign of the total comes back after the split.
    """
    whole = sum(weights.values())
    parts = {name: abs(total) * weight // whole for name, weight in weights.items()}
    left_over = abs(total) - sum(parts.values())
    by_fraction = sorted(weights, key=lambda name: (-(abs(total) * weights[name] % whole), name))
    for name in by_fraction[:left_over]:
        parts[name] += 1
    return {name: -part if total < 0 else part for name, part in parts.items()}
