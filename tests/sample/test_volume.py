"""How much there is at a scale, and when: volumes, cadences, patterns, late declarations, budgets that fit."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from dagster_project.sample.care import World, care_lines
from dagster_project.sample.country import make_country
from dagster_project.sample.days import Calendar
from dagster_project.sample.pathways import make_plan, yearly_chains_per_region
from dagster_project.sample.patients import make_patients
from dagster_project.sample.prices import make_prices
from dagster_project.sample.revenue import expected_revenue
from dagster_project.sample.units import SNAPSHOTS_PER_DAY, cadences, make_units

from .conftest import DAYS, SCALE, Sample


def _world(scale: float) -> World:
    """The year 2025 at a scale, and as many days after it as a declaration may be late."""
    country, calendar = make_country(), Calendar.ending(date(2026, 4, 30), 485)
    prices = make_prices(country, calendar)
    plan = make_plan(country, calendar, prices, scale, 7)
    patients = make_patients(7, yearly_chains_per_region(plan, country), 2025, 10)
    return World(country, calendar, prices, patients, plan, 7)


@pytest.mark.parametrize("scale", [0.001, 0.01, 0.02, 0.1, 0.5, 1])
def test_snapshots_follow_the_scale_and_every_region_keeps_every_unit(scale: float) -> None:
    units = make_units(make_country())
    minutes = cadences(units, scale)
    sending = minutes > 0
    assert (24 * 60 / minutes[sending]).sum() == pytest.approx(
        max(scale * SNAPSHOTS_PER_DAY, len(units.kinds) * 10), rel=0.02
    )
    assert len(set(zip(units.kind[sending], units.region[sending], strict=True))) == len(units.kinds) * 10
    assert all(60 % m == 0 or m % 60 == 0 for m in minutes[sending])


def test_the_country_measures_every_five_minutes() -> None:
    minutes = cadences(make_units(make_country()), 1)
    assert len(minutes) == 475 and set(minutes) == {5}


@pytest.mark.parametrize("scale", [0.001, 0.02, 0.2])
def test_declarations_follow_the_scale(scale: float) -> None:
    plan = _world(scale).plan
    lines = (plan.counts[:, :365].sum(axis=1) * plan.lines_per_chain).sum()
    assert lines == pytest.approx(10_000_000 * scale, rel=0.02)


def test_snapshots_come_at_their_cadence(sample: Sample) -> None:
    parts = [pl.read_parquet(path) for path in sample.files("capacity_snapshots") if path.suffix == ".parquet"]
    cadence = int(cadences(make_units(make_country()), SCALE)[0])
    gaps = pl.col("measured_at").diff().over("provider_agb", "location_code", "unit").dt.total_minutes()
    for rows in parts:
        apart = rows.select(gaps).drop_nulls().to_series()
        assert apart.mode().to_list() == [cadence] and (apart % cadence == 0).all() and (apart == cadence).mean() > 0.9
    days = pl.concat(parts)["measured_at"].dt.convert_time_zone("Europe/Amsterdam").dt.date()
    assert days.n_unique() == len(parts)


def test_care_has_hours_and_weekends_and_delays() -> None:
    world = _world(0.02)
    lines = care_lines(world, 0, 365)
    code = world.prices.codes.index("HA001")
    post = lines.filter(code=code)["started"].to_numpy()
    day = world.calendar.local_day(post)
    hour = (post - world.calendar.midnights[day]) // 3600
    assert (hour >= 17).mean() > 2 * ((hour >= 9) & (hour < 16)).mean()
    weekend = (world.calendar.first.toordinal() + day + 6) % 7 >= 5
    assert weekend.mean() > 0.45
    delay = lines["declared"].to_numpy() - world.calendar.local_day(lines["started"].to_numpy())
    assert (delay <= 14).mean() > 0.9 and 60 < delay.max() <= 93


def test_no_patient_comes_back_within_weeks() -> None:
    world = _world(0.01)
    lines = care_lines(world, 0, 365).select("patient", "started").sort("patient", "started")
    apart = lines.select(pl.col("started").diff().over("patient")).drop_nulls().to_series().to_numpy()
    days = apart / 86400
    assert not ((days > 4) & (days < 30)).any() and np.count_nonzero(days > 30) > 1000


def test_budgets_fit_what_care_brings() -> None:
    world = _world(0.01)
    lines = care_lines(world, 0, 365)
    brought = np.bincount(lines["provider"], weights=lines["amount"], minlength=len(world.country.sector))
    for sector in ("zco", "hap", "rav"):
        providers = world.country.of_sector(sector)
        assert brought[providers] == pytest.approx(expected_revenue(world)[2025][providers], rel=0.03), sector


def test_the_report_counts_what_was_written(sample: Sample) -> None:
    assert sample.report.files == len([p for feed in sample.report.rows for p in sample.files(feed)]) + 9
    assert sample.report.rows["declarations"] == pytest.approx(10_000_000 * SCALE * DAYS / 365, rel=0.25)
