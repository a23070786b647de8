"""What comes after a first delivery: credits, the debits that replace them, and lines delivered again.

No line is both credited and delivered again, and a replacing debit comes with or after its credit, so that at no
delivery date two debits stand for the same care.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from dagster_project.sample.care import World
from dagster_project.sample.random_streams import stream

CREDITED, REPLACED, AGAIN = 0.015, 0.4, 0.005
DEBIT, CREDIT, REPLACEMENT = "D", "C", "N"


def with_corrections(world: World, lines: pl.DataFrame, begin: int) -> pl.DataFrame:
    """`lines` and what follows on them; also `series` (first letter of the number) and `corrects` (-1 = none)."""
    draws = stream(world.seed, "corrections", begin)
    chance = draws.random(lines.height)
    credits, replacements = _credits(lines.filter(pl.Series(chance < CREDITED)), draws)
    first, again = _again(lines, (chance >= CREDITED) & (chance < CREDITED + AGAIN), draws)
    plain = pl.concat([_numbered(first, DEBIT), _numbered(again, DEBIT)])
    frames = pl.concat([plain, credits, replacements])
    return frames.filter(pl.col("delivery") < world.calendar.count)


def _numbered(lines: pl.DataFrame, series: str, corrects: pl.Expr | None = None) -> pl.DataFrame:
    number = pl.lit(-1, pl.Int64) if corrects is None else corrects
    return lines.with_columns(series=pl.lit(series), corrects=number)


def _credits(debits: pl.DataFrame, draws: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Credits that take `debits` back exactly, and for some a replacing debit, both delivered later."""
    later = pl.Series(draws.integers(4, 46, debits.height))
    credits = debits.with_columns(delivery=pl.col("delivery") + later)
    credits = credits.with_columns(declared=pl.col("delivery") - 1)
    replaced = pl.Series(draws.random(debits.height) < REPLACED)
    wait = pl.Series(draws.integers(0, 6, debits.height))
    replacements = credits.with_columns(delivery=pl.col("delivery") + wait).filter(replaced)
    return _numbered(credits, CREDIT, pl.col("seq")), _numbered(replacements, REPLACEMENT)


def _again(lines: pl.DataFrame, chosen: np.ndarray, draws: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`lines` with the chosen ones first delivered without year of birth, and those again, later and complete."""
    wait = pl.Series(draws.integers(6, 41, int(chosen.sum())))
    again = lines.filter(pl.Series(chosen)).with_columns(delivery=pl.col("delivery") + wait)
    year = pl.when(pl.Series(chosen)).then(0).otherwise(pl.col("birth_year")).cast(lines.schema["birth_year"])
    return lines.with_columns(birth_year=year), again
