"""Capacity snapshots of one local day: occupancy with day, week and season patterns, stops, a few gaps."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.chance import spread, stream
from dagster_project.sample.country import Country
from dagster_project.sample.days import Calendar, instants
from dagster_project.sample.reference import numbers
from dagster_project.sample.units import Units, cadences

COLUMNS = FEEDS["capacity_snapshots"].names
STATUSES = ("open", "pressure", "stop", "timeout")
OPEN, PRESSURE, STOP, TIMEOUT = range(4)
MEAN_STOP = 114 * 60
STOP_LENGTHS = (30 * 60, 198 * 60)
GAP, GAP_SECONDS, UNMEASURED = 0.01, 3 * 3600, 0.003
WAVES = ((5.3, 0.02), (31.0, 0.03), (167.0, 0.03))


@dataclass(frozen=True)
class Capacity:
    """What stands fixed: units, minutes between their snapshots, stops (start and length in s) per day and unit."""

    units: Units
    minutes: np.ndarray
    calendar: Calendar
    agb: pl.Series
    stop_start: np.ndarray
    stop_seconds: np.ndarray
    phase: np.ndarray
    seed: int


def make_capacity(country: Country, calendar: Calendar, units: Units, scale: float, seed: int) -> Capacity:
    start, seconds = _stops(units, calendar, seed)
    phase = 2 * np.pi * stream(seed, "phase").random((len(WAVES), len(units.kind)))
    agb = country.providers["agb"].gather(units.provider)
    return Capacity(units, cadences(units, scale), calendar, agb, start, seconds, phase, seed)


def _stops(units: Units, calendar: Calendar, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """At most one stop per emergency department and day, as many minutes as its region's figures say."""
    draws, shape = stream(seed, "stops"), (calendar.count + 1, len(units.kind))
    closed = numbers("emergency_department_stops", "closed_minutes_per_department_day")[units.region] * 60
    begun = (draws.random(shape) < closed / MEAN_STOP) & (units.kind == units.kinds.index("seh"))
    start = 3600 * np.floor(24 * draws.beta(3.2, 2.0, shape)) + 300 * draws.integers(0, 12, shape)
    return start.astype(np.int64), np.where(begun, draws.integers(*STOP_LENGTHS, shape), 0)


def snapshots_of_day(capacity: Capacity, day: int) -> pl.DataFrame:
    """The feed's columns for all snapshots measured on one local day, in order of unit and time."""
    groups = [_group(capacity, day, int(minutes)) for minutes in np.unique(capacity.minutes) if minutes > 0]
    unit, seconds, occupied, status, crowding = (np.concatenate(column) for column in zip(*groups, strict=True))
    places = capacity.units.places[unit]
    known = stream(capacity.seed, "unmeasured", day).random(len(unit)) >= UNMEASURED
    frame = pl.DataFrame(
        {
            "provider_agb": capacity.agb.gather(unit),
            "location_code": pl.Series(capacity.units.location).gather(unit),
            "unit": pl.Series(capacity.units.kinds).gather(capacity.units.kind[unit]),
            "measured_at": instants(seconds),
            "places_total": places,
            "places_occupied": occupied,
            "status": pl.Series(STATUSES).gather(status),
            "crowding_index": crowding,
        }
    )
    measured = pl.Series(known)
    return frame.with_columns(
        pl.when(measured).then("places_total").alias("places_total"),
        pl.when(measured).then("places_occupied").alias("places_occupied"),
        pl.when(pl.col("crowding_index") >= 0).then("crowding_index").cast(pl.Decimal(18, 4)) / Decimal(10),
    ).select(COLUMNS)


def _group(capacity: Capacity, day: int, minutes: int) -> tuple[np.ndarray, ...]:
    """Snapshots of the units with one cadence: unit, UTC seconds, occupied, status, crowding index × 10 (-1 = none)."""
    chosen = np.flatnonzero(capacity.minutes == minutes)
    low, high = capacity.calendar.midnights[day : day + 2]
    step = minutes * 60
    times = np.arange(-(-low // step) * step, high, step)
    load = _load(capacity, day, chosen, times)
    status = _status(capacity, day, chosen, times, load)
    occupied = np.rint(np.maximum(load, 0) * capacity.units.places[chosen][:, None]).astype(np.int64)
    measures = (capacity.units.kind[chosen] == 0)[:, None] & (spread(len(capacity.units.kind))[chosen] < 0.6)[:, None]
    crowding = np.where(measures, np.rint(1400 * np.clip(load, 0, 1.4)), -1).astype(np.int64)
    kept = _measured(capacity, day, chosen, times)
    unit, seconds = np.broadcast_to(chosen[:, None], load.shape), np.broadcast_to(times, load.shape)
    return unit[kept], seconds[kept], occupied[kept], status[kept], crowding[kept]


def _load(capacity: Capacity, day: int, chosen: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Occupied part of the places, per unit and time."""
    units, calendar = capacity.units, capacity.calendar
    hour = (times - calendar.midnights[day]) / 3600
    ordinal = calendar.first.toordinal() + day
    season = 0.03 * np.cos(2 * np.pi * (ordinal - 737_805) / 365.25) - 0.02 * ((ordinal + 6) % 7 >= 5)
    load = units.occupancy[chosen][:, None] + season + units.swing[chosen][:, None] * np.cos(2 * np.pi * (hour - 16) / 24)
    for (period, height), phase in zip(WAVES, capacity.phase, strict=True):
        load = load + height * np.sin(2 * np.pi * times / (period * 3600) + phase[chosen][:, None])
    return load + 0.02 * stream(capacity.seed, "load", day, len(times)).standard_normal(load.shape)


def _status(capacity: Capacity, day: int, chosen: np.ndarray, times: np.ndarray, load: np.ndarray) -> np.ndarray:
    """Pressure where it is full; a stop while one lasts, its last third as timeout."""
    status = np.where(load > 0.93, PRESSURE, OPEN)
    for begun in (day - 1, day):
        seconds = capacity.stop_seconds[begun][chosen][:, None]
        if begun < 0 or not seconds.any():
            continue
        since = times - capacity.calendar.midnights[begun] - capacity.stop_start[begun][chosen][:, None]
        stopped = (since >= 0) & (since < seconds)
        status = np.where(stopped, np.where(since * 3 < seconds * 2, STOP, TIMEOUT), status)
    return status


def _measured(capacity: Capacity, day: int, chosen: np.ndarray, times: np.ndarray) -> np.ndarray:
    """False in the few hours that a unit sent nothing."""
    draws = stream(capacity.seed, "gaps", day, len(times))
    gap, begin = draws.random(len(chosen)) < GAP, draws.random(len(chosen)) * 20 * 3600
    since = (times - capacity.calendar.midnights[day]) - begin[:, None]
    return ~(gap[:, None] & (since >= 0) & (since < GAP_SECONDS))
