"""Budgets per component and edition (budgetten), price × quantity × percentage."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    FUNCTIONS,
    LEGAL_FRAMEWORKS,
    UZOVI,
    Column,
    Feed,
    Rule,
    known_insurer,
    known_provider,
    provider,
    sum_within,
    year,
)  # fmt: skip

EDITIONS = ("requested", "agreed", "determined", "final")
COMPONENTS = ("capacity", "population", "macro", "substitution", "free_margin", "kpi_reward", "lump_sum")

FEED = Feed(
    name="budgets",
    name_nl="Budgetten",
    row="One parameter of one component of a provider's budget.",
    note=(
        "A later delivery date of a provider's year and edition replaces that edition whole, so deliver all its lines again;"
        " files of one delivery date belong together. A line that the replacement leaves out is no longer in force, and"
        " the warning budget_line_vanished names it. Quarantined rows replace nothing: an edition of which every row is"
        " quarantined leaves the one before it in force."
    ),
    key=("provider_agb", "year", "edition", "component", "parameter"),
    tells_apart="A line is told apart by its component and parameter, not by function, law or price: what is paid for two of them needs two parameters.",
    amount="amount_cents",
    expected_every=timedelta(days=366),
    columns=(
        provider(),
        year(),
        Column("edition", "text", "requested, agreed, determined or final.", values=EDITIONS),
        Column("component", "text", "Component of the budget.", values=COMPONENTS),
        Column("parameter", "text", "What is counted."),
        Column("quantity", "decimal", "Quantity.", scale=4, minimum=-(10**10), maximum=10**10),
        Column("unit_price_cents", "int", "Price of one, in eurocents.", minimum=-(10**13), maximum=10**13),
        Column("percentage", "decimal", "Per cent of price × quantity; empty is 100.", required=False, scale=4, minimum=-(10**6), maximum=10**6),
        Column("amount_cents", "int", "quantity × unit price × percentage / 100, rounded half even, in eurocents.", minimum=-(10**15), maximum=10**15, money=True),
        Column("function", "text", "Coordination function it pays; empty is all.", required=False, values=FUNCTIONS),
        Column("representing_uzovi_1", "text", "First representing insurer.", required=False, pattern=UZOVI),
        Column("representing_uzovi_2", "text", "Second representing insurer.", required=False, pattern=UZOVI),
        Column("legal_framework", "text", "The law that pays.", values=LEGAL_FRAMEWORKS),
    ),
    row_rules=(
        Rule("amount_does_not_follow", "amount_cents is not quantity × unit_price_cents × percentage / 100, rounded half even"),
    ),
    references=(
        known_provider("provider_agb", on=("year",)),
        known_insurer("representing_uzovi_1", "representing_uzovi_2", on=("year",)),
    ),
    set_rules=(sum_within("provider_agb", "year", amounts=("amount_cents",)),),
    replaced_whole_by=("provider_agb", "year", "edition"),
)  # fmt: skip
