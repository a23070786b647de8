"""Inhabitants per area (inwoners)."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    Column,
    Feed,
    known_region,
    region,
    year,
)  # fmt: skip

FEED = Feed(
    name="population",
    name_nl="Inwoners",
    row="One municipality or service area in one year.",
    key=("year", "region_code", "area"),
    tells_apart=(
        "An area is told apart within its region and year; of two areas of one name in a region one needs another name."
    ),
    expected_every=timedelta(days=366),
    columns=(
        year(),
        region(),
        Column("area", "text", "Municipality or service area."),
        Column("inhabitants", "int", "Inhabitants.", minimum=0, maximum=10**9),
    ),
    references=(known_region(),),
)
