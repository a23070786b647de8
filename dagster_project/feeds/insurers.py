"""Who pays (zorgverzekeraars): UZOVI and concern by period."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    LATEST_VALID_FROM,
    VALID_PERIOD,
    Column,
    Feed,
    insurer,
    valid_from,
    valid_to,
)  # fmt: skip

FEED = Feed(
    name="insurers",
    name_nl="Zorgverzekeraars",
    row="One insurer in one period.",
    note=LATEST_VALID_FROM,
    key=("uzovi", "valid_from"),
    tells_apart="An insurer has one row from a day on: from that day one name and concern.",
    decides_on_others=True,
    expected_every=timedelta(days=366),
    columns=(
        insurer("uzovi", "UZOVI number."),
        Column("name", "text", "Name."),
        Column("concern", "text", "Risk bearer that the UZOVI belongs to.", groups=True),
        valid_from(),
        valid_to(),
    ),
    row_rules=(VALID_PERIOD,),
)
