"""What a year really cost a provider, by category (werkelijke kosten)."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    LEGAL_FRAMEWORKS,
    Column,
    Feed,
    known_provider,
    provider,
    sum_within,
    year,
)  # fmt: skip

FEED = Feed(
    name="provider_costs",
    name_nl="Werkelijke kosten",
    row="The real costs of one category in a provider's year.",
    note=(
        "Where a sector's year is settled on costs (the parameter settlement_basis), the audited costs under the Zvw, of"
        " all categories together, take the budget's place; provisional ones settle nothing."
    ),
    key=("provider_agb", "year", "category", "edition"),
    tells_apart="A category is of one law: what is spent on it under two of them needs two categories.",
    amount="amount_cents",
    expected_every=timedelta(days=366),
    columns=(
        provider(),
        year(),
        Column("category", "text", "Kind of cost, as the provider's accounts name it."),
        Column("edition", "text", "provisional, or audited: with the accountant's statement.", values=("provisional", "audited")),
        Column("legal_framework", "text", "The law under which they were made.", values=LEGAL_FRAMEWORKS),
        Column("amount_cents", "int", "Costs in eurocents; below zero where more came back than was spent.", minimum=-(10**15), maximum=10**15, money=True),
    ),
    references=(known_provider("provider_agb", on=("year",)),),
    set_rules=(sum_within("provider_agb", "year", amounts=("amount_cents",)),),
)  # fmt: skip
