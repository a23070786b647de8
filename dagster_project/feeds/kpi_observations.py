"""KPIs that are measured outside (kwaliteitsmetingen): numerator and denominator per region and period."""

from datetime import timedelta

from dagster_project.feeds.contract import AGB, UNKNOWN_PROVIDER, UNKNOWN_REGION, Column, Feed, Rule, key, region

KPIS = (
    "patient_satisfaction", "professional_satisfaction", "quality_of_life", "lead_time", "repeat_consults",
    "complications", "trained_in_shared_decisions", "pathways_with_shared_decisions", "pathways_with_proms",
    "decision_aid_used", "apop_screening", "indication_waiting_weeks",
)  # fmt: skip

FEED = Feed(
    name="kpi_observations",
    row="One measurement of a KPI in a region over a period.",
    key=("kpi_id", "region_code", "period_start", "source"),
    expected_every=timedelta(days=92),
    columns=(
        Column("kpi_id", "text", "KPI that is measured outside.", values=KPIS),
        region(),
        Column("provider_agb", "text", "Provider it was measured at; empty is the region.", required=False, pattern=AGB),
        Column("period_start", "date", "First day of the period."),
        Column("period_end", "date", "Last day of the period."),
        Column("numerator", "decimal", "Numerator.", scale=6, minimum=0),
        Column("denominator", "decimal", "Denominator.", scale=6, minimum=0),
        key("source", "Who measured it."),
    ),
    row_rules=(Rule("period_end_before_start", "period_end is before period_start"),),
    reference_rules=(UNKNOWN_PROVIDER, UNKNOWN_REGION),
)  # fmt: skip
