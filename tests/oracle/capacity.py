"""Snapshots per hour, and stops: rows of held stop or timeout snapshots without a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from .door import Row, Values

STATUSES = ("open", "pressure", "stop", "timeout")  # from best to worst
CLOSED = ("stop", "timeout")
CADENCE_OF_ONE = timedelta(minutes=5)

Table = dict[tuple, dict[str, object]]


def hourly(current: Iterable[Row]) -> Table:
    """Per location, unit and hour with a snapshot: plain means over those measured in it that have both numbers."""
    hours: dict[tuple, list[Values]] = defaultdict(list)
    for row in current:
        values = row.values
        hour = values.measured_at.replace(minute=0, second=0, microsecond=0)
        hours[(values.provider_agb, values.location_code, values.unit, hour)].append(values)
    return {key: _hour(snapshots) for key, snapshots in hours.items()}


def _hour(snapshots: list[Values]) -> dict[str, object]:
    pairs = [s for s in snapshots if s.places_occupied is not None and s.places_total is not None]
    occupied, total = _mean([s.places_occupied for s in pairs]), _mean([s.places_total for s in pairs])
    return {
        "occupied_avg": _float(occupied),
        "total_avg": _float(total),
        "occupancy": _float(occupied / total) if total and occupied is not None else None,
        "worst_status": max((snapshot.status for snapshot in snapshots), key=STATUSES.index),
        "snapshots": len(snapshots),
    }


def _mean(values: list[int]) -> Fraction | None:
    return Fraction(sum(values), len(values)) if values else None


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def stops(current: Iterable[Row]) -> Table:
    """Per stop: when it started, when the last held snapshot of it ended, and the minutes between."""
    units: dict[tuple, list[Values]] = defaultdict(list)
    for row in current:
        values = row.values
        units[(values.provider_agb, values.location_code, values.unit)].append(values)
    return {
        (*unit, start): {"ended_at": end, "minutes": (end - start) / timedelta(minutes=1)}
        for unit, snapshots in units.items()
        for start, end in _stops_of(snapshots)
    }


def _stops_of(snapshots: list[Values]) -> Iterator[tuple[datetime, datetime]]:
    snapshots = sorted(snapshots, key=lambda snapshot: snapshot.measured_at)
    longest = longest_hold([snapshot.measured_at for snapshot in snapshots])
    stop: tuple[datetime, datetime] | None = None
    for snapshot, following in pairwise([*snapshots, None]):
        begin, end = snapshot.measured_at, snapshot.measured_at + longest
        if following is not None:
            end = min(end, following.measured_at)
        if stop and (snapshot.status not in CLOSED or stop[1] < begin):
            yield stop
            stop = None
        if snapshot.status in CLOSED:
            stop = (stop[0] if stop else begin, end)
    if stop:
        yield stop


def longest_hold(instants: list[datetime]) -> timedelta:
    """Twice the median gap between consecutive snapshots, or twice 5 minutes where there is one alone."""
    gaps = sorted(later - earlier for earlier, later in pairwise(instants))
    if not gaps:
        return 2 * CADENCE_OF_ONE
    middle = len(gaps) // 2
    return 2 * gaps[middle] if len(gaps) % 2 else gaps[middle - 1] + gaps[middle]
