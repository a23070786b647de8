"""Location-units that send capacity snapshots, and how often each does at a scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dagster_project.sample.country import Country
from dagster_project.sample.random_streams import apportion, spread, stream
from dagster_project.sample.reference import numbers, texts

SNAPSHOTS_PER_DAY = 50_000_000 / 365
DAY = 24 * 60
WITHIN_HOUR = (5, 10, 15, 20, 30)
HOURS = tuple(60 * hour for hour in (1, 2, 3, 4, 6, 8, 12, 24))
WATCHED = ("seh", "ic", "acute_pediatrics", "acute_obstetrics", "hap")
ENOUGH = 240


@dataclass(frozen=True)
class Units:
    """Location-units by index, those a small sample needs first: the first of each kind in each region (`rank` 0)."""

    provider: np.ndarray
    location: list[str]
    kind: np.ndarray
    kinds: list[str]
    region: np.ndarray
    rank: np.ndarray
    places: np.ndarray
    occupancy: np.ndarray
    swing: np.ndarray


def make_units(country: Country) -> Units:
    kinds, total = texts("capacity_units", "unit"), numbers("capacity_units", "location_units").astype(int)
    found = [_providers(country, sector, n) for sector, n in zip(texts("capacity_units", "sector"), total, strict=True)]
    provider = np.concatenate([providers for providers, _ in found])
    rank = np.concatenate([ranks for _, ranks in found])
    kind = np.repeat(np.arange(len(kinds)), total)
    order = np.lexsort((country.region[provider], kind, rank))
    provider, kind, rank = provider[order], kind[order], rank[order]
    low, high = numbers("capacity_units", "places_low")[kind], numbers("capacity_units", "places_high")[kind]
    places = np.rint(low + (high - low) * stream(0, "places").random(len(kind))).astype(np.int64)
    occupancy = numbers("capacity_units", "occupancy_pct")[kind] / 100 + 0.08 * (spread(len(kind)) - 0.5)
    swing = numbers("capacity_units", "day_swing_pct")[kind] / 100
    location = [f"L{index:04d}" for index in provider + 1]
    return Units(provider, location, kind, kinds, country.region[provider], rank, places, occupancy, swing)


def _providers(country: Country, sector: str, total: int) -> tuple[np.ndarray, np.ndarray]:
    """The `total` providers of a sector with a unit, every region represented, and their rank in their region."""
    index = country.sectors.index(sector)
    number, begin = country.number[index], country.begin[index]
    chosen = np.minimum(1 + apportion(total - len(number), np.maximum(number - 1, 1e-9)), number)
    ranks = [np.arange(count) for count in chosen]
    return np.concatenate([first + rank for first, rank in zip(begin, ranks, strict=True)]), np.concatenate(ranks)


def cadences(units: Units, scale: float) -> np.ndarray:
    """Minutes between the snapshots of each location-unit (0 = sends none), for about scale × 50 million a year.

    Every region keeps each kind of unit. Large samples measure within the hour; small ones hourly where it can be
    paid for (first the watched kinds), and less often elsewhere.
    """
    per_day, size = scale * SNAPSHOTS_PER_DAY, len(units.kind)
    needed = int((units.rank == 0).sum())
    for minutes in (*WITHIN_HOUR, 60):
        if round(per_day * minutes / DAY) >= (ENOUGH if minutes < 60 else needed):
            return _first(size, minutes, per_day)
    watched = (units.rank == 0) & np.isin(units.kind, [units.kinds.index(kind) for kind in WATCHED])
    left = per_day - 24 * watched.sum()
    if left < (~watched & (units.rank == 0)).sum() * DAY / HOURS[-1]:
        return _first(size, _slow(per_day, needed), per_day, needed)
    rest = _first(size - int(watched.sum()), _slow(left, needed - int(watched.sum())), left)
    result = np.full(size, 60)
    result[~watched] = rest
    return result


def _first(size: int, minutes: int, per_day: float, least: int = 0) -> np.ndarray:
    count = min(max(round(per_day * minutes / DAY), least), size)
    return np.where(np.arange(size) < count, minutes, 0)


def _slow(per_day: float, units: int) -> int:
    """The fastest cadence of whole hours at which at least `units` can be measured, or once a day."""
    return next((minutes for minutes in HOURS if per_day * minutes / DAY >= units), HOURS[-1])
