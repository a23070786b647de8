"""Indications of patients as delivered month by month: those for long-term care (Wlz), and a few under the Wmo.

Which patients have one stands in `patients`; `care` keeps what is declared of them in order.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.care import World
from dagster_project.sample.random_streams import stream

COLUMNS = FEEDS["legal_indications"].names
WMO_SHARE = 0.01
EPOCH = date(1970, 1, 1).toordinal()


def indication_rows(world: World, after: date | None, until: date) -> pl.DataFrame:
    """Indications that begin after one day (None: all earlier ones too) up to and including another, as text."""
    low = 1 if after is None else after.toordinal() + 1
    rows = pl.concat([_wlz(world), _wmo(world)])
    chosen = rows.filter(pl.col("begin").is_between(low, until.toordinal()))
    days = [(pl.col(name) - EPOCH).cast(pl.Int32).cast(pl.Date).cast(pl.String) for name in ("begin", "end")]
    return chosen.select(
        pl.col("number").cast(pl.String).alias("patient_key"),
        "framework",
        pl.when("treatment").then(pl.lit("true")).otherwise(pl.lit("false")).alias("with_treatment"),
        days[0].alias("valid_from"),
        pl.when(pl.col("end") < date.max.toordinal()).then(days[1]).alias("valid_to"),
        *(pl.lit(None, pl.String).alias(name) for name in ("admitted_on", "died_on")),
    ).select(COLUMNS)


def _wlz(world: World) -> pl.DataFrame:
    patients = world.patients
    chosen = np.flatnonzero(patients.wlz_from)
    return _frame(patients.number_bsn[chosen], "Wlz", patients.wlz_treatment[chosen], *_period(world, chosen))


def _period(world: World, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return world.patients.wlz_from[chosen], world.patients.wlz_to[chosen]


def _wmo(world: World) -> pl.DataFrame:
    """Under the Wmo, since some day of the year before the sample."""
    draws, count = stream(world.seed, "wmo"), world.patients.spare_begin
    chosen = np.flatnonzero(draws.random(count) < WMO_SHARE)
    begin = date(world.calendar.first.year - 1, 1, 1).toordinal() + draws.integers(0, 365, len(chosen))
    number = world.patients.number_bsn[chosen]
    return _frame(number, "Wmo", np.zeros(len(chosen), dtype=bool), begin, np.full(len(chosen), date.max.toordinal()))


def _frame(number: np.ndarray, framework: str, treatment: np.ndarray, begin: np.ndarray, end: np.ndarray):
    columns = {"number": number, "treatment": treatment, "begin": begin, "end": end}
    return pl.DataFrame(columns).with_columns(framework=pl.lit(framework))
