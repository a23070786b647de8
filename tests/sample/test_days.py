"""Working days: the holidays of the reference files are those that the rules of the tariffs name."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from dateutil.easter import easter
from oracle.evidence import is_holiday

from dagster_project.sample.care import World, care_lines
from dagster_project.sample.days import holidays, is_working_day
from dagster_project.settings import DBT

from .test_volume import _world

YEARS = range(2000, 2101)


def test_the_seed_has_easter_of_every_year() -> None:
    seed = pl.read_csv(DBT / "seeds" / "easter_sunday.csv", try_parse_dates=True)["easter_on"].to_list()
    assert seed == [easter(year) for year in YEARS]


def test_the_holidays_are_those_of_the_second_implementation() -> None:
    days = [date(YEARS[0], 1, 1) + timedelta(days=index) for index in range(366 * len(YEARS))]
    assert holidays() == {day for day in days if day.year in YEARS and is_holiday(day)}
    assert not is_working_day(date(2025, 5, 29)) and is_working_day(date(2025, 5, 30))


def test_posts_declare_out_of_hours_alone() -> None:
    world: World = _world(0.02)
    lines = care_lines(world, 0, 365)
    posts = lines.filter(pl.col("provider").is_in(world.country.of_sector("hap").tolist()))["started"].to_numpy()
    day = world.calendar.local_day(posts)
    hour = (posts - world.calendar.midnights[day]) // 3600
    working = world.calendar.working()[day]
    assert len(posts) > 10_000 and not (working & (hour >= 8) & (hour < 18)).any()
    assert (~working & (hour >= 8) & (hour < 18)).any() and (working & (hour >= 18)).any()
