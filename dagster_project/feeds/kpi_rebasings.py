"""From which month on a process works otherwise on purpose, so that its control chart begins again (herijking)."""

from datetime import timedelta

from dagster_project.feeds.capacity_snapshots import UNITS
from dagster_project.feeds.contract import Column, Feed, Rule, key, known_region, region

ALL = "all"

FEED = Feed(
    name="kpi_rebasings",
    name_nl="Herijkingen van regelkaarten",
    row="One month from which a control chart begins again, since the process behind it changed on purpose.",
    note="Each part of the chart has its own mean and limits, and the last one is judged against the target.",
    key=("kpi_id", "region_code", "unit", "from_month"),
    tells_apart="A chart begins again once a month; all and a region, or all and a kind of unit, add up.",
    expected_every=timedelta(days=366),
    columns=(
        key("kpi_id", "KPI, as in kpi.definition."),
        region("ROAZ region, NL for the country alone, or all for every region and the country."),
        Column("unit", "text", "Kind of unit, or all for every kind.", values=(ALL, *UNITS)),
        Column("from_month", "date", "First day of the first month of the new part."),
        Column("reason", "text", "What changed."),
        Column("source", "text", "Where that was decided."),
    ),
    row_rules=(
        Rule("unknown_kpi", "the KPI is none of kpi.definition, exactly as written there; send its kpi_id"),
        Rule("not_first_of_month", "from_month is no first day of a month; send the first day of the new part's first month"),
    ),
    references=(known_region(also=("NL", ALL)),),
)  # fmt: skip
