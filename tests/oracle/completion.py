"""Triangles of net amounts by delivery dates, and what completes a month: chain ladder, in fractions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from .door import Row
from .lines import lines
from .periods import latest
from .reference import Reference

LEAST_HISTORY = 12


def number_of(day: date) -> int:
    """Months as whole numbers, to count between."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def last_whole_month(as_of: date) -> int:
    """The month of the last month end on or before a day."""
    return number_of(as_of + timedelta(days=1)) - 1


class Triangles:
    """What was known of each provider's months at each month end up to the day of a run."""

    def __init__(self, declarations: Iterable[Row], reference: Reference, as_of: date) -> None:
        self.last = last_whole_month(as_of)
        rows = sorted(declarations, key=lambda row: row.delivery.order)
        delivered = [number_of(row.delivery.delivery_date) for row in rows]
        self._starts: dict[str, int] = {}
        self._known: dict[int, dict[tuple[str, str, int], int]] = {}
        for month in range(min(delivered, default=self.last + 1), self.last + 1):
            told = [row for row, at in zip(rows, delivered, strict=True) if at <= month]
            self._known[month] = self._net(told, reference)
        for row, at in zip(rows, delivered, strict=True):
            agb, day = row.values.provider_agb, row.values.service_start.date()
            provider = reference.providers.on(agb, day)
            for owner in (agb, provider.sector if provider else None):
                self._starts[owner] = min(at, self._starts.get(owner, at))
        self._cells = {cell for known in self._known.values() for cell, cents in known.items() if cents}

    @staticmethod
    def _net(rows: list[Row], reference: Reference) -> dict[tuple[str, str, int], int]:
        """Cents by provider, sector and month of care, of what counts and covers the budget."""
        net: dict[tuple[str, str, int], int] = defaultdict(int)
        for line in lines(latest(rows).values(), reference).values():
            if line.counted and line.covers_budget:
                net[(line.values.provider_agb, line.attributed_to.provider.sector, number_of(line.month))] += line.cents
        return net

    @property
    def providers(self) -> set[str]:
        return {agb for agb, _, _ in self._cells}

    def cell(self, agb: str, sector: str, month: int, end: int) -> int | None:
        """Net of a month as known at a month end; None before the provider's first delivery."""
        if end < self._starts[agb]:
            return None
        return self._known[end].get((agb, sector, month), 0)

    @cache  # noqa: B019 - one per test
    def _factor(self, owner: str, delay: int, cut: int) -> Fraction:
        earlier = later = 0
        for agb, sector, month in self._cells:
            if owner not in (agb, sector) or month + delay + 1 > cut:
                continue
            before = self.cell(agb, sector, month, month + delay)
            if before is not None:
                earlier += before
                later += self.cell(agb, sector, month, month + delay + 1)
        return Fraction(later, earlier) if earlier else Fraction(1)

    @cache  # noqa: B019
    def _remaining(self, owner: str, delay: int, cut: int) -> Fraction:
        oldest = min(month for _, _, month in self._cells)
        product = Fraction(1)
        for later in range(delay, cut - oldest + 1):
            product *= self._factor(owner, later, cut)
        return product

    def began(self, agb: str) -> int:
        """The month of a provider's first delivery."""
        return self._starts[agb]

    def history(self, owner: str, cut: int) -> int:
        """Month ends since the first delivery."""
        return cut - self._starts[owner] + 1 if owner in self._starts else 0

    def _owner(self, agb: str, sector: str, cut: int) -> str | None:
        if cut < self._starts[agb]:
            return None
        return next((owner for owner in (agb, sector) if self.history(owner, cut) >= LEAST_HISTORY), None)

    def rests_on(self, agb: str, cut: int) -> int | None:
        """Month ends of the history that completes a provider's months; None where there is none long enough."""
        sectors = {sector for other, sector, _ in self._cells if other == agb}
        owners = [owner for sector in sectors if (owner := self._owner(agb, sector, cut))]
        return max((self.history(owner, cut) for owner in owners), default=None)

    def has_month(self, agb: str, month: int, cut: int) -> bool:
        """Whether anything was ever known of a month, and the month was over."""
        return month <= cut and any((other, at) == (agb, month) for other, _, at in self._cells)

    def completed(self, agb: str, month: int, cut: int) -> tuple[int, int]:
        """Cents known of a month at a cut, and those expected in the end; (0, 0) of a month with nothing."""
        known = expected = 0
        for other, sector, at in self._cells:
            if (other, at) == (agb, month) and (owner := self._owner(agb, sector, cut)):
                cents = self.cell(agb, sector, month, cut)
                known += cents
                expected += round(cents * self._remaining(owner, cut - month, cut))
        return known, expected
