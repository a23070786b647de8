"""Where snapshots are expected (locaties): per unit, how often and on which days."""

from datetime import timedelta

from dagster_project.feeds.capacity_snapshots import UNITS
from dagster_project.feeds.contract import (
    LATEST_VALID_FROM,
    VALID_PERIOD,
    Column,
    Feed,
    key,
    known_provider,
    provider,
    valid_from,
    valid_to,
)  # fmt: skip

FEED = Feed(
    name="locations",
    name_nl="Locaties",
    row="One unit at one location in one period in which snapshots of it are expected.",
    note=(
        "Where there are rows for a unit at a location they say when it is expected; without a row it is expected from"
        f" its first snapshot to its provider's last valid day. {LATEST_VALID_FROM}"
    ),
    key=("provider_agb", "location_code", "unit", "valid_from"),
    tells_apart="A unit at a location has one row from a day on: from that day one cadence.",
    expected_every=timedelta(days=366),
    columns=(
        provider(),
        key("location_code", "Location of the provider, as in capacity_snapshots."),
        Column("unit", "text", "Kind of unit.", values=UNITS),
        Column("cadence_minutes", "int", "Minutes between two snapshots; empty is 5.", required=False, minimum=1, maximum=1440),
        valid_from(),
        valid_to(),
    ),
    row_rules=(VALID_PERIOD,),
    references=(known_provider("provider_agb", on=("valid_from", "valid_to")),),
)  # fmt: skip
