"""What held when: records by valid_from and valid_to, and which version of a key is the current one."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from itertools import pairwise

from .door import Row, Values


def key_of(row: Row) -> tuple:
    return tuple(getattr(row.values, name) for name in row.delivery.feed.key)


def latest(rows: Iterable[Row]) -> dict[tuple, Row]:
    """The current row per key: the latest delivery date wins, within it the file whose name sorts last."""
    current: dict[tuple, Row] = {}
    for row in sorted(rows, key=lambda row: row.delivery.order):
        current[key_of(row)] = row
    return current


class Periods:
    """Records per key; at any day the one with the highest valid_from up to that day holds, unless it has ended."""

    def __init__(self, records: Iterable[Values], key: Callable[[Values], Hashable]) -> None:
        self._records: dict[Hashable, list[Values]] = defaultdict(list)
        for record in sorted(records, key=lambda record: record.valid_from):
            self._records[key(record)].append(record)

    def on(self, key: Hashable, day: date) -> Values | None:
        records = self._records.get(key, [])
        at = bisect_right(records, day, key=lambda record: record.valid_from) - 1
        if at < 0 or (records[at].valid_to is not None and records[at].valid_to < day):
            return None
        return records[at]

    def within(self, key: Hashable, first: date, last: date) -> list[Values]:
        """The records that hold on any day of `first`..`last`, oldest first."""
        records = self._records.get(key, [])
        return [
            record
            for record, following in pairwise([*records, None])
            if record.valid_from <= last and _end(record, following) >= first
        ]

    def known(self, key: Hashable, first: date, last: date) -> bool:
        return self.on(key, first) is not None if first == last else bool(self.within(key, first, last))

    def of_year(self, key: Hashable, year: int) -> Values | None:
        """The record on 31 December, else the last that held in that year."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        return self.on(key, last) or (self.within(key, first, last) or [None])[-1]


def _end(record: Values, following: Values | None) -> date:
    """The last day of a record, cut where the next one begins."""
    end = record.valid_to or date.max
    return end if following is None else min(end, following.valid_from - timedelta(days=1))
