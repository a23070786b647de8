"""Who gives care (zorgaanbieders): name, sector and region by period."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    LATEST_VALID_FROM,
    SECTORS,
    VALID_PERIOD,
    Column,
    Feed,
    known_region,
    provider,
    region,
    valid_from,
    valid_to,
)  # fmt: skip

FEED = Feed(
    name="providers",
    name_nl="Zorgaanbieders",
    row="One provider in one period.",
    note=LATEST_VALID_FROM,
    key=("agb", "valid_from"),
    tells_apart="A provider has one row from a day on: from that day one name, sector and region.",
    expected_every=timedelta(days=366),
    columns=(
        provider("agb", "AGB-code; the first two digits tell the kind of provider."),
        Column("name", "text", "Name."),
        Column("sector", "text", "Sector.", values=SECTORS),
        region(),
        valid_from(),
        valid_to(),
    ),
    row_rules=(VALID_PERIOD,),
    references=(known_region(),),
    decides_on_others=True,
)
