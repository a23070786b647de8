"""Capacity: snapshots in order of unit and time, their hours, and the stops."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import polars as pl

from tests.benchmark.in_polars.landing import Landing, collect_each, instant, whole_number
from tests.benchmark.in_polars.registers import ONE_DAY, Registers

COLUMNS = [
    "provider_agb", "location_code", "unit", "measured_at", "places_total", "places_occupied", "status",
    "crowding_index",
]  # fmt: skip
STATUSES = pl.Enum(["open", "pressure", "stop", "timeout"])
CLOSED = ["stop", "timeout"]
UNITS = pl.Enum(
    [
        "acute_ggz", "acute_obstetrics", "acute_pediatrics", "clinic", "district_nursing", "elv", "hap", "ic",
        "nursing_home", "rav", "seh",
    ]
)  # fmt: skip
UNIT = ["provider_agb", "location_code", "unit"]
PLACES = ["places_total", "places_occupied"]
MOST_PLACES = 1_000_000
HOUR_US = 3_600_000_000
FIVE_MINUTES_US = 300_000_000
HUNDREDTH_MINUTE_US = 600_000
LAST_DAY = date(2999, 12, 31)


class Snapshots(NamedTuple):
    """The units by number, and their snapshots in order of unit and time: of one moment the latest delivery."""

    units: pl.DataFrame
    lines: pl.DataFrame


def read_snapshots(landing: Landing, registers: Registers) -> Snapshots:
    files = landing.files.lazy().select("path", "delivery_order")
    moments = _moments(registers.providers)
    not_negative = pl.col("crowding_index").fill_null(0) >= 0
    parts = [
        *map(_typed, landing.text_lines("capacity_snapshots", COLUMNS)),
        *(lines.filter(not_negative) for lines in landing.parquet_lines("capacity_snapshots", COLUMNS)),
    ]
    sound = collect_each([_sound(part, files, moments) for part in parts])
    units = sound.lazy().select(UNIT).unique().collect(engine="streaming").sort(UNIT).with_row_index("unit_number")
    moment = ["unit_number", "measured_at"]
    in_order = (pl.col("unit_number").cast(pl.Int128) * 2**64 + pl.col("measured_at")) * 2**32 + pl.col(
        "delivery_order"
    )
    ordered = (
        sound.lazy()
        .join(units.lazy(), on=UNIT)
        .drop(UNIT)
        .with_columns(in_order=in_order)
        .sort("in_order")
        .filter(pl.any_horizontal(pl.col(moment).ne_missing(pl.col(moment).shift(-1))))
        .drop("delivery_order", "in_order")
        .collect(engine="streaming")
    )
    return Snapshots(units, ordered)


def sum_hours(snapshots: Snapshots) -> pl.DataFrame:
    totals = [pl.col(name).cast(pl.Int64).sum().alias(name) for name in PLACES]
    counts = [pl.col(name).count().alias(f"{name}_count") for name in PLACES]
    total, occupied = (
        pl.when(pl.col(f"{name}_count") > 0).then(pl.col(name) / pl.col(f"{name}_count")) for name in PLACES
    )
    return (
        snapshots.lines.lazy()
        .group_by(unit_hour=pl.col("unit_number").cast(pl.Int64) * 2**32 + pl.col("measured_at") // HOUR_US)
        .agg(*totals, *counts, worst_status=pl.col("status").max(), snapshots=pl.len().cast(pl.Int64))
        .sort("unit_hour")
        .with_columns(unit_number=(pl.col("unit_hour") // 2**32).cast(pl.UInt32), hour=pl.col("unit_hour") % 2**32)
        .join(snapshots.units.lazy(), on="unit_number", maintain_order="left")
        .with_columns(occupied_avg=occupied, total_avg=total)
        .select(
            *UNIT,
            _moment(pl.col("hour") * HOUR_US).alias("hour"),
            "occupied_avg",
            "total_avg",
            occupancy=pl.when(pl.col("total_avg") != 0).then(pl.col("occupied_avg") / pl.col("total_avg")),
            worst_status="worst_status",
            snapshots="snapshots",
        )
        .collect(engine="streaming")
    )


def find_stops(snapshots: Snapshots) -> pl.DataFrame:
    """A closed unit is closed until its next snapshot, but no longer than twice its usual time between two."""
    unit, begin = pl.col("unit_number"), pl.col("measured_at")
    followed = snapshots.lines.lazy().select(
        "unit_number", "measured_at", "status", next_at=pl.when(unit == unit.shift(-1)).then(begin.shift(-1))
    )
    usual = (pl.col("next_at") - begin).median().fill_null(FIVE_MINUTES_US)
    longest = followed.group_by("unit_number").agg(longest=(2 * usual).cast(pl.Int64))
    held = (
        followed.filter(pl.col("status").is_in(CLOSED))
        .join(longest, on="unit_number")
        .with_columns(until=pl.min_horizontal("next_at", begin + pl.col("longest")))
        .sort("unit_number", "measured_at")
    )
    is_begin = (pl.col("until").shift(1) != begin) | (unit.shift(1) != unit)
    return (
        held.with_columns(stop=is_begin.fill_null(True).cum_sum())
        .group_by("unit_number", "stop")
        .agg(begin.min(), pl.col("until").max())
        .join(snapshots.units.lazy(), on="unit_number")
        .sort(*UNIT, "measured_at")
        .select(
            *UNIT,
            started_at=_moment(begin),
            ended_at=_moment(pl.col("until")),
            hundredths=(pl.col("until") - begin + HUNDREDTH_MINUTE_US // 2) // HUNDREDTH_MINUTE_US,
        )
        .collect(engine="streaming")
    )


def _typed(lines: pl.LazyFrame) -> pl.LazyFrame:
    """As the Parquet files have it, without lines of which a number is none."""
    is_number = [pl.col(name).is_null() | pl.col(name).str.contains("^[0-9]{1,7}$") for name in PLACES]
    is_index = pl.col("crowding_index").is_null() | pl.col("crowding_index").str.contains(r"^[0-9]+(\.[0-9]{1,4})?$")
    return lines.filter(*is_number, is_index).with_columns(
        instant("measured_at"),
        *(whole_number(name, 7) for name in PLACES),
    )


def _sound(lines: pl.LazyFrame, files: pl.LazyFrame, moments: pl.LazyFrame) -> pl.LazyFrame:
    return (
        lines.with_columns(pl.col("unit").cast(UNITS, strict=False), pl.col("status").cast(STATUSES, strict=False))
        .filter(
            pl.col("unit").is_not_null(),
            pl.col("status").is_not_null(),
            pl.col("location_code").str.contains("^[A-Za-z0-9._-]{1,20}$"),
            pl.all_horizontal(pl.col(PLACES).fill_null(0).is_between(0, MOST_PLACES)),
        )
        .join(moments, on="provider_agb")
        .filter(pl.col("measured_at").is_between("from_moment", "until_moment", closed="left"))
        .join(files, on="path")
        .select(*UNIT, pl.col("measured_at").to_physical(), pl.col(PLACES).cast(pl.Int32), "status", "delivery_order")
    )


def _moments(providers: pl.DataFrame) -> pl.LazyFrame:
    """Periods as moments: far fewer to bring to local time than there are snapshots."""
    return providers.lazy().select(
        "provider_agb",
        from_moment=_local_midnight(pl.col("valid_from")),
        until_moment=_local_midnight(pl.min_horizontal("valid_until", pl.lit(LAST_DAY)) + ONE_DAY),
    )


def _local_midnight(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Datetime("us")).dt.replace_time_zone("Europe/Amsterdam").dt.convert_time_zone("UTC")


def _moment(microseconds: pl.Expr) -> pl.Expr:
    return microseconds.cast(pl.Datetime("us", "UTC"))
