"""What held when: records by valid_from and valid_to, and which version of a key is the current one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta

from .door import Row, Values


def key_of(row: Row) -> tuple:
    return tuple(getattr(row.values, name) for name in row.delivery.feed.key)


def latest(rows: Iterable[Row]) -> dict[tuple, Row]:
    """The current row per key: the latest delivery date wins, within it the file whose name sorts last."""
    current: dict[tuple, Row] = {}
    for row in sorted(rows, key=lambda row: row.delivery.order):
        current[key_of(row)] = row
    return current


def latest_editions(budgets: Iterable[Row]) -> list[Row]:
    """The lines that stand of each edition of a provider's year: those of its latest delivery date alone."""
    editions: dict[tuple, list[Row]] = defaultdict(list)
    for row in budgets:
        editions[(row.values.provider_agb, row.values.year, row.values.edition)].append(row)
    standing: list[Row] = []
    for rows in editions.values():
        newest = max(row.delivery.delivery_date for row in rows)
        standing += latest(row for row in rows if row.delivery.delivery_date == newest).values()
    return standing


class Periods:
    """Records per key; of those valid on a day the one with the latest valid_from counts."""

    def __init__(self, records: Iterable[Values], key: Callable[[Values], Hashable]) -> None:
        self._records: dict[Hashable, list[Values]] = defaultdict(list)
        for record in records:
            self._records[key(record)].append(record)

    def on(self, key: Hashable, day: date) -> Values | None:
        valid = [record for record in self._records.get(key, []) if _is_valid(record, day)]
        return max(valid, key=lambda record: record.valid_from, default=None)

    def within(self, key: Hashable, first: date, last: date) -> list[Values]:
        """The records that count on any day of `first`..`last`, each as often as it begins to, oldest first."""
        counting = [self.on(key, day) for day in self._changes(key, first, last)]
        pairs = zip(counting, [None, *counting], strict=False)
        return [record for record, before in pairs if record not in (None, before)]

    def known(self, key: Hashable, first: date, last: date) -> bool:
        return bool(self.within(key, first, last))

    def of_year(self, key: Hashable, year: int) -> Values | None:
        """The record on 31 December, else the last that counted in that year."""
        return (self.within(key, date(year, 1, 1), date(year, 12, 31)) or [None])[-1]

    def _changes(self, key: Hashable, first: date, last: date) -> list[date]:
        """The days on which another record may begin to count: the first, and where one begins or has just ended."""
        days = {first}
        for record in self._records.get(key, []):
            days.add(record.valid_from)
            if record.valid_to not in (None, date.max):
                days.add(record.valid_to + timedelta(days=1))
        return sorted(day for day in days if first <= day <= last)


def _is_valid(record: Values, day: date) -> bool:
    return record.valid_from <= day and (record.valid_to is None or day <= record.valid_to)
