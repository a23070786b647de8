"""What a provider's year will end at: forecasts at each month end, their back-tests and intervals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from .completion import Triangles, first_day
from .money import euros

LEAST_TESTS = 10
ProviderYear = tuple[str, int]


class Forecasts:
    """Of provider-years, each with the provider's sector of the year; cuts are month numbers."""

    def __init__(self, triangles: Triangles, sectors: dict[ProviderYear, str | None]) -> None:
        self.triangles, self.sectors = triangles, sectors

    @cache  # noqa: B019 - one per test
    def of(self, agb: str, year: int, cut: int) -> int | None:
        """Completed months so far, and those to come as last year's, as this year's stand to the same of last year."""
        january, so_far = year * 12, min(cut - year * 12 + 1, 12)
        this = sum(self._months(agb, january, so_far, cut))
        if so_far == 12:
            return this
        began = max(self.triangles.began(agb), january - 12)
        compared = january - 12 + so_far - began  # months that deliveries have of both years
        same = sum(self._months(agb, began, compared, cut))
        again = sum(self._months(agb, began + 12, compared, cut))
        other = sum(self._months(agb, january - 12 + so_far, 12 - so_far, cut))
        return round(this + Fraction(other * again, same)) if same else None

    def _months(self, agb: str, first: int, number: int, cut: int) -> list[int]:
        return [self.triangles.completed(agb, month, cut)[1] for month in range(first, first + number)]

    def cuts(self, agb: str, year: int) -> list[int]:
        """The month ends of a year at which there was history enough."""
        last = min(year * 12 + 11, self.triangles.last)
        return [cut for cut in range(year * 12, last + 1) if self.triangles.rests_on(agb, cut)]

    @cache  # noqa: B019
    def interval(self, sector: str | None, to_come: int, cut: int) -> tuple[float, float] | None:
        """The 10th and 90th percentile of actual / forecast over back-tests of years that were over at the cut."""
        ratios = []
        for agb, year in self._tested(cut):
            if sector is None or self.sectors[(agb, year)] != sector:
                continue
            for before in self.cuts(agb, year):
                forecast = self.of(agb, year, before)
                if year * 12 + 11 - before == to_come and forecast is not None and forecast > 0:
                    ratios.append(self.of(agb, year, cut) / forecast)
        return None if len(ratios) < LEAST_TESTS else (percentile(ratios, 0.1), percentile(ratios, 0.9))

    def _tested(self, cut: int) -> Iterable[ProviderYear]:
        """Provider-years over at a cut of which something was known and could be completed then."""
        return [
            (agb, year)
            for agb, year in self.sectors
            if year < cut // 12 and agb in self.triangles.providers and self.triangles.rests_on(agb, cut)
            and any(self.triangles.has_month(agb, month, cut) for month in range(year * 12, year * 12 + 12))
        ]  # fmt: skip

    def expected(self, agb: str, year: int, cut: int) -> tuple[int | None, int | None, int | None]:
        """Forecast and the ends of its 80 per cent interval, in cents."""
        forecast = self.of(agb, year, cut)
        interval = self.interval(self.sectors[(agb, year)], max(year * 12 + 11 - cut, 0), cut)
        if forecast is None or interval is None:
            return forecast, None, None
        return forecast, *(round(round(forecast * end, 6)) for end in interval)

    def backtests(self) -> dict[tuple, dict[str, object]]:
        table = {}
        last = self.triangles.last
        for agb, year in self._tested(last):
            actual = self.of(agb, year, last)
            for cut in self.cuts(agb, year):
                forecast, low, high = self.expected(agb, year, cut)
                table[(agb, year, first_day(cut))] = {
                    "expected_final_eur": euros(forecast),
                    "expected_low_eur": euros(low),
                    "expected_high_eur": euros(high),
                    "actual_eur": euros(actual),
                    "inside": None if low is None else low <= actual <= high,
                }
        return table


def percentile(values: list[float], share: float) -> float:
    """Between the two nearest values, in proportion."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def months_of(forecasts: Forecasts, agb: str, year: int, beside_cents: int) -> dict[str, object]:
    """The columns that stand on each month of a provider's year: the forecast of net amounts − disputed + lump sums."""
    last = forecasts.triangles.last
    known = agb in forecasts.triangles.providers and year * 12 <= last
    history = forecasts.triangles.rests_on(agb, last) if known else None
    ends = forecasts.expected(agb, year, last) if history else (None, None, None)
    names = ("expected_final_eur", "expected_low_eur", "expected_high_eur")
    return {name: None if end is None else euros(end + beside_cents) for name, end in zip(names, ends, strict=True)} | {
        "history_months": history
    }


_NOTHING_YET = {
    "revenue_eur": Decimal(0), "cumulative_revenue_eur": Decimal(0), "disputed_eur": Decimal(0),
    "expected_final_eur": None,
}  # fmt: skip


def region_sums(
    rows: dict[tuple, dict[str, object]], budgets: dict[tuple, dict[str, object]]
) -> dict[tuple, dict[str, object]]:
    """Per region and year: budget, revenue, disputed and what is expected, from the months of its providers.

    A year that has not begun has a budget and no month.
    """
    years: dict[tuple, list[dict]] = defaultdict(list)
    for (agb, year, month), row in rows.items():
        years[(row["region_code"], year)].append({"agb": agb, "month": month, **row})
    begun = {(agb, year) for agb, year, _ in rows}
    to_come: dict[tuple, Decimal] = defaultdict(Decimal)
    for (agb, year, *_), line in budgets.items():
        if (agb, year) not in begun:
            to_come[(line["region_code"], year, agb)] += line["amount_eur"]
    for (region, year, agb), budget in to_come.items():
        years[(region, year)].append({"agb": agb, "month": date(year, 1, 1), "budget_year_eur": budget} | _NOTHING_YET)
    return {key: _region(months) for key, months in years.items() if key[0] is not None}


def _region(months: list[dict]) -> dict[str, object]:
    last = {row["agb"]: row for row in sorted(months, key=lambda row: row["month"])}.values()
    budgets = [row["budget_year_eur"] for row in last if row["budget_year_eur"] is not None]
    revenue = sum(row["revenue_eur"] for row in months)
    forecast = [row for row in last if row["expected_final_eur"] is not None]
    lacking = [row for row in last if row["expected_final_eur"] is None]
    whole = forecast and not any(row["cumulative_revenue_eur"] for row in lacking)
    return {
        "budget_eur": sum(budgets) if budgets else None,
        "revenue_eur": revenue,
        "disputed_eur": sum(row["disputed_eur"] for row in months),
        "revenue_difference_eur": sum(budgets) - revenue,
        "expected_final_eur": sum(row["expected_final_eur"] for row in forecast) if whole else None,
    }
