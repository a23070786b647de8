"""Which areas a provider serves in a year (verzorgingsgebied)."""

from datetime import timedelta

from dagster_project.feeds.contract import Column, Feed, known_provider, known_region, provider, region, year

FEED = Feed(
    name="service_areas",
    name_nl="Verzorgingsgebieden",
    row="One area that a provider serves in one year.",
    note="Region and area are spelled as in population, which counts their inhabitants.",
    key=("provider_agb", "year", "area"),
    tells_apart=(
        "A provider serves an area once a year; of two areas of one name that it serves, one needs another name, in"
        " population too."
    ),
    expected_every=timedelta(days=366),
    columns=(
        provider(),
        year(),
        region(),
        Column("area", "text", "Municipality or service area, as in population."),
    ),
    references=(known_provider("provider_agb", on=("year",)), known_region()),
)
