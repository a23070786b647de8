"""What may still be paid under the law before, when another law takes over (overgangsafspraken)."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    EPISODE,
    FUNCTIONS,
    LEGAL_FRAMEWORKS,
    REGION,
    UZOVI,
    VALID_PERIOD,
    Column,
    Feed,
    Rule,
    key,
    known_insurer,
    known_region,
    valid_from,
    valid_to,
)  # fmt: skip

ANCHORS = ("admission", "indication", "death")

FEED = Feed(
    name="transition_arrangements",
    name_nl="Overgangsafspraken",
    row="One agreement on care that two laws may pay for a while, such as case management (casemanagement).",
    key=("arrangement_id",),
    tells_apart="An arrangement is told apart by its number alone, over all regions and insurers.",
    expected_every=timedelta(days=366),
    columns=(
        key("arrangement_id", "Number of the arrangement.", EPISODE),
        Column("region_code", "text", "ROAZ region of the provider; empty is all.", required=False, pattern=REGION, groups=True),
        Column("insurer_uzovi", "text", "Insurer; empty is all.", required=False, pattern=UZOVI),
        Column("from_framework", "text", "The law that paid before.", values=LEGAL_FRAMEWORKS),
        Column("to_framework", "text", "The law of the indication, which takes over.", values=LEGAL_FRAMEWORKS),
        Column("performance_codes", "text", "Performance codes that it allows, separated by |.", required=False),
        Column("function", "text", "Function that it allows.", required=False, values=FUNCTIONS),
        Column("anchor", "text", "Day from which its days count: admission (opname), indication (first day of the indicatie) or death (overlijden).", values=ANCHORS),
        Column("days", "int", "Days after that day that it still allows.", minimum=0, maximum=36_500),
        valid_from(),
        valid_to(),
        Column("source", "text", "Where it was agreed."),
    ),
    row_rules=(
        VALID_PERIOD,
        Rule("arrangement_of_nothing", "an arrangement allows performance codes, a function or both; send one of them"),
    ),
    references=(known_region(), known_insurer("insurer_uzovi", on=("valid_from", "valid_to"))),
    note=(
        "Of indication it allows from the indication's first day through that day + days; of admission from the"
        " indication's first day through admitted_on + days, and as long as nobody was admitted; of death from died_on"
        " through that day + days. Where no arrangement is delivered, nothing is allowed."
    ),
)  # fmt: skip
