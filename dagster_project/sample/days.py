"""Delivery dates, local days of Europe/Amsterdam and instants; a local day may have 23 or 25 hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from dagster_project.settings import DBT

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SPARE = 15
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Calendar:
    """The delivery dates by index; `midnights` are the UTC seconds at which local days begin, some beyond the last."""

    first: date
    count: int
    midnights: np.ndarray

    @classmethod
    def ending(cls, until: date, count: int) -> Calendar:
        first = until - timedelta(days=count - 1)
        days = (first + timedelta(days=index) for index in range(count + SPARE))
        midnights = [int(datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM).timestamp()) for day in days]
        return cls(first, count, np.array(midnights, dtype=np.int64))

    @property
    def last(self) -> date:
        return self.date(self.count - 1)

    @property
    def years(self) -> list[int]:
        return list(range(self.first.year, self.last.year + 1))

    def date(self, index: int) -> date:
        return self.first + timedelta(days=int(index))

    def index(self, day: date) -> int:
        return (day - self.first).days

    def local_day(self, seconds: np.ndarray) -> np.ndarray:
        """Index of the local day that holds each instant (UTC seconds)."""
        return np.searchsorted(self.midnights, seconds, side="right") - 1

    def day_seconds(self) -> np.ndarray:
        """Length of each local day, in seconds."""
        return np.diff(self.midnights)

    def working(self) -> np.ndarray:
        """Whether each local day is a working day."""
        return np.array([is_working_day(self.date(index)) for index in range(len(self.midnights))])

    def in_year(self, year: int) -> slice:
        """The indexes whose dates fall in `year`."""
        return slice(max(self.index(date(year, 1, 1)), 0), min(self.index(date(year, 12, 31)) + 1, self.count))

    def first_in_year(self, year: int) -> int:
        """Index of the first delivery date of `year`."""
        return self.in_year(year).start


@cache
def holidays() -> frozenset[date]:
    """The holidays on which GP out-of-hours tariffs hold by day too, as the reference files of dbt name them."""
    easters = pl.read_csv(DBT / "seeds" / "easter_sunday.csv", try_parse_dates=True)["easter_on"]
    return frozenset(
        date(easter.year, holiday["month"], holiday["day"])
        if holiday["days_after_easter"] is None
        else easter + timedelta(days=holiday["days_after_easter"])
        for holiday in pl.read_csv(DBT / "seeds" / "anw_holiday.csv").iter_rows(named=True)
        for easter in easters
    )


def is_working_day(day: date) -> bool:
    """Whether office hours are no out-of-hours on it (NZa, BR/REG-23137a)."""
    return day.isoweekday() < 6 and day not in holidays()


def instants(seconds: np.ndarray) -> pl.Series:
    """UTC seconds as instants."""
    return pl.Series(np.asarray(seconds, dtype=np.int64) * 1_000_000).cast(pl.Datetime("us", "UTC"))


def dates(calendar: Calendar, indexes: np.ndarray) -> pl.Series:
    """Indexes of days as dates."""
    offset = (calendar.first - EPOCH).days
    return pl.Series((np.asarray(indexes) + offset).astype(np.int32)).cast(pl.Date)
