"""Which units at which locations are expected to send snapshots: hospitals keep a register, the others do not."""

from __future__ import annotations

import numpy as np
import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.reference_feeds import SINCE
from dagster_project.sample.snapshots import Capacity

COLUMNS = FEEDS["locations"].names
REGISTERED = ("seh", "ic", "clinic", "acute_pediatrics", "acute_obstetrics")


def location_rows(capacity: Capacity) -> pl.DataFrame:
    """The register of hospital units that send snapshots, as text, each with its own cadence."""
    units = capacity.units
    kept = [units.kinds.index(kind) for kind in REGISTERED]
    chosen = np.flatnonzero((capacity.minutes > 0) & np.isin(units.kind, kept))
    return pl.DataFrame(
        {
            "provider_agb": capacity.agb.gather(chosen),
            "location_code": pl.Series(units.location).gather(chosen),
            "unit": pl.Series(units.kinds).gather(units.kind[chosen]),
            "cadence_minutes": pl.Series(capacity.minutes[chosen]).cast(pl.String),
            "valid_from": pl.Series([SINCE] * len(chosen), dtype=pl.String),
            "valid_to": pl.Series([None] * len(chosen), dtype=pl.String),
        }
    ).select(COLUMNS)
