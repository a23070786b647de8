"""Real series through a whole night: what is published is what the series say, added up here once more."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from oracle import compare, compute, shown_to

from . import real_input as real
from .homes import KEY, Home

MILLION = 1_000_000


@pytest.fixture(scope="module")
def home(real_home: Home) -> Home:
    return real_home


@pytest.mark.usefixtures("shared_folder")
def test_the_series_is_whole() -> None:
    days = sorted(day.on for day in real.occupancy())
    assert (len(days), days[0], days[-1]) == (516, date(2020, 2, 27), date(2021, 7, 26))
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
    assert [day.on for day in real.occupancy() if day.ic is None] == [date(2021, 6, 20), date(2021, 6, 19)]


def test_the_whole_release_is_what_the_oracle_says(home: Home) -> None:
    assert compare(shown_to(compute(home.landing, key=KEY), KEY), home.release.database) == []


def test_published_hours_are_the_series(home: Home) -> None:
    published = home.rows(
        """
        select unit, strftime(hour, '%Y-%m-%d %H'), occupied_avg, total_avg, occupancy, snapshots
        from capacity.hourly
        """
    )
    expected = {
        (unit, f"{day.on} 12", *_means(occupied, real.PLACES[unit]), 1)
        for day in real.occupancy()
        for unit, occupied in day.units
    }
    assert len(published) == 2 * 516 and set(published) == expected


def _means(occupied: int | None, places: int) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if occupied is None else (float(occupied), float(places), occupied / places)


def test_occupancy_follows_per_month_and_year(home: Home) -> None:
    published = {
        (region, unit, period, start): (numerator, denominator)
        for region, unit, period, start, numerator, denominator in home.rows(
            """
            select region_code, unit, period_type, period_start, numerator, denominator
            from kpi.value
            where kpi_id = 'occupancy' and not suppressed
            """
        )
    }
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0])
    for day in real.occupancy():
        for unit, occupied in day.units:
            for period, start in _periods(day.on) if occupied is not None else ():
                for region in ("midden", "NL"):
                    cell = sums[region, unit, period, start]
                    cell[0], cell[1], cell[2] = cell[0] + occupied, cell[1] + real.PLACES[unit], cell[2] + 1
    expected = {key: (numerator, total) for key, (numerator, total, n) in sums.items() if n >= 10}
    withheld = expected.keys() - published.keys()
    assert published == {key: expected[key] for key in expected.keys() - withheld}
    # The first month has too few days; with the next one a reader could take it from the quarter.
    assert {(period, start) for _, _, period, start in withheld} == {("month", date(2020, 3, 1))}


def _periods(day: date) -> list[tuple[str, date]]:
    quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return [("month", day.replace(day=1)), ("quarter", quarter), ("year", date(day.year, 1, 1))]


def test_coverage_follows_per_month(home: Home) -> None:
    """One hour of 24 has a snapshot, or of 23 or 25 where the clock changes; the series begins and ends at noon."""
    first, last = min(map(real.measured_at, real.occupancy())), max(map(real.measured_at, real.occupancy()))
    published = home.rows(
        """
        select period_start, numerator, denominator
        from kpi.value
        where kpi_id = 'snapshot_coverage' and region_code = 'midden' and unit = 'ic' and period_type = 'month'
            and not suppressed
        """
    )
    assert len(published) == 18
    for start, numerator, denominator in published:
        after = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
        begin, end = max(first, _midnight(start)), min(last + timedelta(hours=1), _midnight(after))
        hours = (end.timestamp() - begin.timestamp()) / 3600
        days = sum(day.on.replace(day=1) == start for day in real.occupancy())
        assert (numerator, denominator) == (days, hours), start


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=real.AMSTERDAM)


def test_inhabitants_are_the_sum_of_the_municipalities(home: Home) -> None:
    by_region = {region: sum(areas.values()) for region, areas in real.inhabitants().items()}
    published = home.rows(
        """
        select region_code, numerator, denominator * 1000
        from kpi.value
        where kpi_id = 'seh_per_1000' and period_type = 'month' and not suppressed
        """
    )
    assert sum(by_region.values()) == 17_474_693
    assert set(published) == {
        ("noord", 12, by_region["noord"]),
        ("limburg", 12, by_region["limburg"]),
        # The country is the sum of the regions that it shows.
        ("NL", 24, by_region["noord"] + by_region["limburg"]),
    }


def test_the_spending_plan_comes_out(home: Home) -> None:
    published = dict(home.rows("select year, sum(amount_eur) from finance.budget group by year"))
    assert published == {year: Decimal(million) * MILLION for year, million in real.TOTALS.items()}
    settled = home.rows("select distinct year, sum(budget_eur) from finance.settlement group by year, edition")
    assert dict(settled) == published


def test_the_difference_goes_over_the_concerns_by_their_national_shares(home: Home) -> None:
    weights = real.shares()
    assert sum(weights.values()) == real.UNITS_OF_ONE and len(weights) == 10
    settlements = home.rows(
        "select provider_agb, year, edition, revenue_difference_eur from finance.settlement where status = 'settled'"
    )
    allocated: dict[tuple, dict[str, int]] = defaultdict(dict)
    for *settlement, uzovi, part in home.rows(
        "select provider_agb, year, edition, insurer_uzovi, part_eur from finance.insurer_allocation"
    ):
        allocated[tuple(settlement)][uzovi] = int(part * 100)
    assert len(settlements) == 11 * 6 * 2
    for *settlement, difference in settlements:
        assert allocated[tuple(settlement)] == real.parts(int(difference * 100), weights), settlement
