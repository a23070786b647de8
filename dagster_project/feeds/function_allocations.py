"""Who holds a coordination function in a region, and what pays it (functietoewijzing)."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    AGB,
    FUNCTIONS,
    VALID_PERIOD,
    Column,
    Feed,
    known_provider,
    known_region,
    provider,
    region,
    sum_within,
    valid_from,
    valid_to,
)  # fmt: skip

FUNDING_SOURCES = ("zco_budget", "sector_budget", "availability_contribution", "adz", "bdss", "current_funding")

FEED = Feed(
    name="function_allocations",
    name_nl="Functietoewijzingen",
    row="One function that one provider holds in a region, and its source of funding.",
    key=("region_code", "function", "provider_agb", "valid_from"),
    tells_apart="An allocation is told apart by region, function, holder and first day, not by what pays it: a function that one holder has from two sources is the row of the last one delivered.",
    amount="amount_cents",
    expected_every=timedelta(days=366),
    columns=(
        region(),
        Column("function", "text", "Coordination function.", values=FUNCTIONS),
        provider(),
        Column("funding_source", "text", "What pays it (bekostiging).", values=FUNDING_SOURCES),
        valid_from(),
        valid_to(),
        Column("amount_cents", "int", "Eurocents per year.", required=False, minimum=0, maximum=10**15, money=True),
        Column("cleared_from", "text", "Provider whose budget was cleared of it (schoning).", required=False, pattern=AGB),
        Column("cleared_amount_cents", "int", "Eurocents per year that were cleared.", required=False, minimum=0, maximum=10**15, money=True),
    ),
    row_rules=(VALID_PERIOD,),
    references=(
        known_provider("provider_agb", "cleared_from", on=("valid_from", "valid_to")),
        known_region(),
    ),
    set_rules=(sum_within("provider_agb", "year(valid_from)", amounts=("amount_cents", "cleared_amount_cents")),),
)  # fmt: skip
