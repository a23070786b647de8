"""Random streams by name, so that one part's draws never move another's, and low-discrepancy spreads."""

from __future__ import annotations

from zlib import crc32

import numpy as np

GOLDEN = 0.6180339887498949


def stream(seed: int, name: str, *numbers: int) -> np.random.Generator:
    """The generator of one named part; the same seed, name and numbers give the same draws."""
    return np.random.default_rng([seed, crc32(name.encode()), *numbers])


def spread(count: int, salt: int = 0) -> np.ndarray:
    """`count` points of [0, 1) that fill it evenly, in an order that looks like chance."""
    return ((np.arange(count) + 1 + salt) * GOLDEN) % 1.0


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers in the proportion of `weights` that sum to `total`, by the largest remainder."""
    exact = total * weights / weights.sum()
    parts = np.floor(exact).astype(np.int64)
    left = total - int(parts.sum())
    parts[np.argsort(-(exact - parts), kind="stable")[:left]] += 1
    return parts
