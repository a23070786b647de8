"""Snapshots of places and status per location and unit (capaciteitsmeting)."""

from dagster_project.feeds.contract import (
    Column,
    Feed,
    key,
    known_provider,
    provider,
)  # fmt: skip

UNITS = (
    "seh", "ic", "clinic", "acute_pediatrics", "acute_obstetrics", "hap", "rav", "acute_ggz",
    "district_nursing", "elv", "nursing_home", "gp", "pharmacy", "grz", "disability", "maternity",
)  # fmt: skip
STATUSES = ("open", "pressure", "stop", "timeout")

FEED = Feed(
    name="capacity_snapshots",
    name_nl="Capaciteitsmetingen",
    row="One measurement of one unit at one location.",
    key=("provider_agb", "location_code", "unit", "measured_at"),
    tells_apart="A measurement is told apart by its instant, to the microsecond; two wards of one kind at one location need two location codes.",
    columns=(
        provider(),
        key("location_code", "Location of the provider."),
        Column("unit", "text", "Kind of unit.", values=UNITS),
        Column("measured_at", "timestamp", "Instant of measuring; expected every 5 minutes."),
        Column("places_total", "int", "Places there are.", required=False, minimum=0, maximum=1_000_000),
        Column("places_occupied", "int", "Places in use; may exceed the total (overcrowding).", required=False, minimum=0, maximum=1_000_000),
        Column("status", "text", "open, pressure, stop (SEH-stop) or timeout.", values=STATUSES),
        Column("crowding_index", "decimal", "NEDOCS where measured.", required=False, scale=4, minimum=0),
    ),
    references=(known_provider("provider_agb", on=("measured_at",)),),
    stays_in_store=True,
    changes_by_day_of="measured_at",
)  # fmt: skip
