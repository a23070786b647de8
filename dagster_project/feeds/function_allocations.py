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

# Hours of an allocation: every hour, outside office hours (avond, nacht, weekend), or office hours.
HOURS = ("all", "anw", "office")
ZVW_VERDICTS = ("yes", "no", "undetermined")
LEVELS = ("micro", "meso", "macro")
HOLDERS = ("care", "billing", "no")
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
        Column("hours", "text", "Hours in which it is held: every hour, outside office hours (avond, nacht, weekend: anw), or office hours. Null: not said, so double funding is signalled only.", required=False, values=HOURS),
        Column("own_patients_excluded", "bool", "Whether a GP keeps the function for patients of its own practice. Null: not excluded.", required=False),
        Column("performed_before", "bool", "Whether somebody performed it before; if not there is nothing to clear.", required=False),
        Column("attribution", "text", "How its interwoven costs were attributed (toerekening), such as a key.", required=False),
        Column("contract_adapted", "bool", "Whether the contract of who held it before was adapted.", required=False),
        Column("zvw_verdict", "text", "Whether the Zvw may pay it.", required=False, values=ZVW_VERDICTS),
        Column("level", "text", "Level of integration at which it works.", required=False, values=LEVELS),
        Column("individual_care", "bool", "Whether it is care for one person (individuele zorg).", required=False),
        Column("traceable", "bool", "Whether it can be traced to insured persons (herleidbaar).", required=False),
        Column("holder_is_provider", "text", "Whether its holder gives care, only bills it, or is no provider.", required=False, values=HOLDERS),
    ),
    row_rules=(VALID_PERIOD,),
    references=(
        known_provider("provider_agb", "cleared_from", on=("valid_from", "valid_to")),
        known_region(),
    ),
    set_rules=(sum_within("provider_agb", "year(valid_from)", amounts=("amount_cents", "cleared_amount_cents")),),
)  # fmt: skip
