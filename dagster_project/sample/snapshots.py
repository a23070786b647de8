"""Capacity snapshots by local day: occupancy with day, week and season patterns, stops, a few gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.country import Country
from dagster_project.sample.days import Calendar, instants
from dagster_project.sample.random_streams import spread, stream
from dagster_project.sample.reference import numbers
from dagster_project.sample.units import DAY, Units, cadences

COLUMNS = FEEDS["capacity_snapshots"].names
STATUSES = ("open", "pressure", "stop", "timeout")
OPEN, PRESSURE, STOP, TIMEOUT = range(4)
MEAN_STOP = 114 * 60
STOP_LENGTHS = (30 * 60, 198 * 60)
SNAPSHOTS_AT_ONCE = 300_000
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


def snapshots_by_day(capacity: Capacity) -> Iterator[tuple[int, pl.DataFrame]]:
    """Day index and the feed's columns for all snapshots measured on that local day, in order of unit and time."""
    per_day = DAY * np.sum(1 / capacity.minutes[capacity.minutes > 0])
    size = max(int(SNAPSHOTS_AT_ONCE / per_day), 1)
    for begin in range(0, capacity.calendar.count, size):
        days = np.arange(begin, min(begin + size, capacity.calendar.count))
        day, frame = _snapshots(capacity, days)
        edges = np.searchsorted(day, np.append(days, days[-1] + 1))
        for index, low, high in zip(days, edges[:-1], edges[1:], strict=True):
            yield int(index), frame[int(low) : int(high)]


def _snapshots(capacity: Capacity, days: np.ndarray) -> tuple[np.ndarray, pl.DataFrame]:
    """The snapshots of some days with the day of each, in order of day."""
    groups = [_group(capacity, days, int(minutes)) for minutes in np.unique(capacity.minutes) if minutes > 0]
    day, unit, seconds, occupied, status, crowding = (np.concatenate(column) for column in zip(*groups, strict=True))
    order = np.argsort(day.astype(np.int16), kind="stable")
    unit = unit[order]
    measured = pl.Series(stream(capacity.seed, "unmeasured", int(days[0])).random(len(unit)) >= UNMEASURED)
    frame = pl.DataFrame(
        {
            "provider_agb": capacity.agb.gather(unit),
            "location_code": pl.Series(capacity.units.location).gather(unit),
            "unit": pl.Series(capacity.units.kinds).gather(capacity.units.kind[unit]),
            "measured_at": instants(seconds[order]),
            "places_total": capacity.units.places[unit],
            "places_occupied": occupied[order],
            "status": pl.Series(STATUSES).gather(status[order]),
            "crowding_index": crowding[order],
        }
    )
    crowded = (pl.col("crowding_index") / 10).cast(pl.Decimal(18, 4))
    return day[order], frame.with_columns(
        pl.when(measured).then(pl.col("places_total", "places_occupied")),
        pl.when(pl.col("crowding_index") >= 0).then(crowded).alias("crowding_index"),
    ).select(COLUMNS)


def _group(capacity: Capacity, days: np.ndarray, minutes: int) -> tuple[np.ndarray, ...]:
    """Snapshots of the units with one cadence: day, unit, UTC seconds, occupied, status, crowding × 10 (-1 = none)."""
    units, midnights, step = capacity.units, capacity.calendar.midnights, minutes * 60
    chosen = np.flatnonzero(capacity.minutes == minutes)
    times = np.arange(-(-midnights[days[0]] // step) * step, midnights[days[-1] + 1], step)
    day = capacity.calendar.local_day(times)
    load = _load(capacity, chosen, times, day)
    status = _status(capacity, chosen, times, day, load)
    occupied = np.rint(np.maximum(load, 0) * units.places[chosen][:, None]).astype(np.int64)
    measures = (units.kind[chosen] == 0)[:, None] & (spread(len(units.kind))[chosen] < 0.6)[:, None]
    crowding = np.where(measures, np.rint(1400 * np.clip(load, 0, 1.4)), -1).astype(np.int64)
    kept = _measured(capacity, chosen, times, day)
    whole = [np.broadcast_to(column, load.shape) for column in (day, chosen[:, None], times)]
    return tuple(column[kept] for column in (*whole, occupied, status, crowding))


def _load(capacity: Capacity, chosen: np.ndarray, times: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Occupied part of the places, per unit and time."""
    units, calendar = capacity.units, capacity.calendar
    hour = (times - calendar.midnights[day]) / 3600
    ordinal = calendar.first.toordinal() + day
    season = 0.03 * np.cos(2 * np.pi * (ordinal - 737_805) / 365.25) - 0.02 * ((ordinal + 6) % 7 >= 5)
    swing = units.swing[chosen][:, None] * np.cos(2 * np.pi * (hour - 16) / 24)
    load = units.occupancy[chosen][:, None] + season + swing
    for (period, height), phase in zip(WAVES, capacity.phase, strict=True):
        load += height * np.sin(2 * np.pi * times / (period * 3600) + phase[chosen][:, None])
    return load + 0.02 * stream(capacity.seed, "load", int(day[0]), len(times)).standard_normal(load.shape)


def _status(capacity: Capacity, chosen: np.ndarray, times: np.ndarray, day: np.ndarray, load: np.ndarray) -> np.ndarray:
    """Pressure where it is full; a stop while one lasts, its last third as timeout."""
    status = np.where(load > 0.93, PRESSURE, OPEN)
    can_stop = np.flatnonzero(capacity.units.kind[chosen] == capacity.units.kinds.index("seh"))
    for begun in (np.maximum(day - 1, 0), day):
        cell = np.ix_(begun, chosen[can_stop])
        seconds = capacity.stop_seconds[cell].T
        since = times - capacity.calendar.midnights[begun] - capacity.stop_start[cell].T
        stopped = (since >= 0) & (since < seconds)
        status[can_stop] = np.where(stopped, np.where(since * 3 < seconds * 2, STOP, TIMEOUT), status[can_stop])
    return status


def _measured(capacity: Capacity, chosen: np.ndarray, times: np.ndarray, day: np.ndarray) -> np.ndarray:
    """False in the few hours that a unit sent nothing."""
    draws = stream(capacity.seed, "gaps", int(day[0]), len(times))
    shape = (int(day[-1] - day[0]) + 1, len(chosen))
    gap, begin = (values[day - day[0]].T for values in (draws.random(shape) < GAP, draws.random(shape) * 20 * 3600))
    since = times - capacity.calendar.midnights[day] - begin
    return ~(gap & (since >= 0) & (since < GAP_SECONDS))
