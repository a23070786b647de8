"""Tariffs by period: the rows of the feed, and what care of a day costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from dagster_project.sample.country import Country
from dagster_project.sample.days import Calendar
from dagster_project.sample.random_streams import spread
from dagster_project.sample.reference import numbers, table, texts

BASE_YEAR = 2024
MIDYEAR_CODE, MIDYEAR_FACTOR = "EL001", 1.015
OWN = {
    "zco": (("ZC001", "ZC002", "ZC003", "ZC004", "ZC005", "ZC006"), 2),
    "hap": (("HA001", "HA002"), 10),
    "rav": (("I010",), 8),
}


@dataclass(frozen=True)
class Prices:
    """`cents[row, day]`: the tariff of a national code (first rows) or of a provider's own; `own[provider, code]` is
    the row of the provider's own tariff or -1. `rows` is the feed, one dict per period."""

    codes: list[str]
    kinds: np.ndarray
    cents: np.ndarray
    own: np.ndarray
    rows: list[dict]

    def unit(self, provider: np.ndarray, code: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Tariff in cents of each line, on its day (index, held within the sample)."""
        own = self.own[provider, code]
        return self.cents[np.where(own >= 0, own, code), np.clip(day, 0, self.cents.shape[1] - 1)]

    def asked(self, unit: np.ndarray, code: np.ndarray, draws: np.ndarray) -> np.ndarray:
        """Amount of one, in cents, that keeps to the tariff's kind."""
        kind = self.kinds[code]
        choices = [
            np.floor(unit * (0.8 + 0.2 * draws)),
            np.ceil(unit * (1 + 0.3 * draws)),
            np.rint(unit * (0.7 + 0.6 * draws)),
            np.floor(unit * (0.9 + 0.18 * draws)),
        ]
        wanted = [kind == name for name in ("maximum", "minimum", "free", "max_max")]
        return np.select(wanted, choices, unit).astype(np.int64)


def make_prices(country: Country, calendar: Calendar) -> Prices:
    national = table("tariffs")
    codes = national["performance_code"].to_list()
    own = np.full((len(country.sector), len(codes)), -1, dtype=np.int64)
    owners: list[tuple[int | None, int, float]] = [(None, code, 1.0) for code in range(len(codes))]
    for provider, code, factor in _own(country, codes):
        own[provider, code] = len(owners)
        owners.append((provider, code, factor))
    cents, rows = np.zeros((len(owners), calendar.count), dtype=np.int64), []
    for row, (provider, code, factor) in enumerate(owners):
        agb = None if provider is None else country.agb(provider)
        for begin, end, amount in _periods(code, factor, calendar.years):
            cents[row, max(calendar.index(begin), 0) : max(calendar.index(end) + 1, 0)] = amount
            rows.append(_feed_row(national.row(code, named=True), agb, amount, begin, end))
    return Prices(codes, np.array(national["tariff_kind"].to_list()), cents, own, rows)


def _own(country: Country, codes: list[str]) -> list[tuple[int, int, float]]:
    """Providers with a tariff of their own: provider, code, factor on the national one (illustrative)."""
    chosen = []
    for sector, (names, every) in OWN.items():
        owners = country.of_sector(sector)[::every]
        for provider, draw in zip(owners, spread(len(owners)), strict=True):
            chosen += [(int(provider), codes.index(name), 0.97 + 0.09 * draw) for name in names]
    return chosen


def _periods(code: int, factor: float, years: list[int]) -> list[tuple[date, date, int]]:
    base, index = numbers("tariffs", "tariff_cents")[code], numbers("tariffs", "yearly_index_pct")[code]
    periods = []
    for year in years:
        amount = round(base * factor * (1 + index / 100) ** (year - BASE_YEAR))
        if texts("tariffs", "performance_code")[code] == MIDYEAR_CODE:
            periods.append((date(year, 1, 1), date(year, 6, 30), amount))
            periods.append((date(year, 7, 1), date(year, 12, 31), round(amount * MIDYEAR_FACTOR)))
        else:
            periods.append((date(year, 1, 1), date(year, 12, 31), amount))
    return periods


def _feed_row(national: dict, agb: str | None, amount: int, begin: date, end: date) -> dict:
    copied = (
        "performance_code", "sector", "function", "description", "tariff_kind",
        "covers_budget", "counts_for_deductible", "max_per_day", "macro_category",
    )  # fmt: skip
    free = national["tariff_kind"] == "free"
    return {name: national[name] for name in copied} | {
        "code_list": "COD367",
        "provider_agb": agb,
        "tariff_cents": None if free else str(amount),
        "valid_from": begin.isoformat(),
        "valid_to": end.isoformat(),
    }
