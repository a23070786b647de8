"""KPIs that are measured outside (kwaliteitsmetingen): numerator and denominator per region and period.

Which KPIs these are, and which of them are shares, stands in the catalogue alone (dbt/seeds/kpi_definition.csv).
"""

import csv
from datetime import timedelta

from dagster_project.feeds.contract import (
    AGB,
    Column,
    Feed,
    Rule,
    key,
    known_provider,
    known_region,
    region,
)  # fmt: skip
from dagster_project.settings import DBT

CATALOGUE = DBT / "seeds" / "kpi_definition.csv"


def _catalogue() -> list[dict[str, str]]:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ALL_KPIS = tuple(row["kpi_id"] for row in _catalogue())
UNITS = {row["kpi_id"]: row["measure_unit"] for row in _catalogue() if row["country_value"] == "measured"}
"""KPI → unit of the KPIs that are measured outside, in the order of the catalogue."""
DIRECTIONS = {row["kpi_id"]: row["direction"] for row in _catalogue()}
MEASURE_UNITS = {row["kpi_id"]: row["measure_unit"] for row in _catalogue()}
KPIS = tuple(UNITS)
SHARES = tuple(kpi for kpi, unit in UNITS.items() if unit == "%")

FEED = Feed(
    name="kpi_observations",
    name_nl="KPI-waarnemingen",
    row="One measurement of a KPI in a region over a period.",
    key=("kpi_id", "region_code", "provider_agb", "period_start", "period_end", "source"),
    tells_apart="A measurement is told apart by its whole period, its place (a provider, a region where no provider is named, or NL) and its source: a quarter is another than the January that begins it, and two hospitals are two.",
    expected_every=timedelta(days=92),
    columns=(
        Column("kpi_id", "text", "KPI that is measured outside.", values=KPIS),
        region("ROAZ region, or NL where the source measures the country itself."),
        Column("provider_agb", "text", "Provider it was measured at; empty is the region.", required=False, pattern=AGB),
        Column("period_start", "date", "First day of the period."),
        Column("period_end", "date", "Last day of the period."),
        Column("numerator", "decimal", "Numerator.", scale=6, minimum=0, maximum=10**10),
        Column("denominator", "decimal", "Denominator.", scale=6, minimum=0, maximum=10**9),
        key("source", "Who measured it."),
    ),
    row_rules=(
        Rule("period_end_before_start", "period_end is before period_start"),
        Rule("share_above_one", "this KPI is a share, and its numerator is above its denominator; send the part as numerator and the whole as denominator"),
        Rule("no_denominator", "the denominator is 0 under a numerator above 0; send what the numerator was counted among"),
    ),
    references=(
        known_provider("provider_agb", on=("period_start", "period_end")),
        known_region(also=("NL",)),
    ),
)  # fmt: skip
