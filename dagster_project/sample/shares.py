"""Market shares of insurers per region: the regional pattern raked to both real margins, and sets as delivered."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from dagster_project.sample.random_streams import apportion, stream
from dagster_project.sample.reference import numbers, table, texts

WHOLE = 10**8


def rake(pattern: np.ndarray, rows: np.ndarray, columns: np.ndarray, rounds: int = 200) -> np.ndarray:
    """`pattern` scaled by iterative proportional fitting until its sums are `rows` and `columns` (of equal total)."""
    fitted = pattern * rows[:, None] * columns[None, :]
    for _ in range(rounds):
        fitted *= (rows / fitted.sum(axis=1))[:, None]
        fitted *= (columns / fitted.sum(axis=0))[None, :]
    return fitted


@cache
def insured() -> np.ndarray:
    """Insured persons (float) per region and UZOVI; the sums over regions are the concerns' of 2022."""
    concerns = texts("insurer_concerns", "concern")
    columns = numbers("insurer_concerns", "insured_2022")
    rows = numbers("regions", "insured_years_2023")
    pattern = table("insurer_regional_pattern").select(concerns).cast(pl.Float64).to_numpy()
    by_concern = rake(pattern, rows / rows.sum() * columns.sum(), columns)
    owner = [concerns.index(name) for name in texts("insurers", "concern")]
    return by_concern[:, owner] * numbers("insurers", "share_in_concern_pct") / 100


def yearly_insured(year: int, edition: str, scope: int) -> np.ndarray:
    """Insured per UZOVI of one region in one year and edition: the raked figures, moved a little (illustrative)."""
    draws = stream(year, f"shares {edition}", scope).random(insured().shape[1])
    return insured()[scope] * (0.985 + 0.03 * draws)


def share_set(weights: np.ndarray) -> list[str]:
    """Shares as text with eight places that sum to exactly 1."""
    return [f"{part / WHOLE:.8f}" for part in apportion(WHOLE, weights)]
