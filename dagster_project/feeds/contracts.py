"""Contracts between insurers and providers or networks (contracten), and their form of payment."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    AGB,
    EPISODE,
    UZOVI,
    VALID_PERIOD,
    Column,
    Feed,
    Rule,
    key,
    known_insurer,
    known_provider,
    valid_from,
    valid_to,
)  # fmt: skip

FORMS = (
    "fee_for_service", "contract_sum", "revenue_ceiling", "revenue_guarantee", "pay_for_performance", "shared_savings",
    "bundle", "capitation", "population_budget", "budget", "per_insured", "availability", "cashier",
)  # fmt: skip

FEED = Feed(
    name="contracts",
    name_nl="Contracten",
    row="One contract of a provider or a network.",
    key=("contract_id",),
    tells_apart="A contract is told apart by its number alone, over all providers, networks and insurers.",
    expected_every=timedelta(days=366),
    columns=(
        key("contract_id", "Number of the contract.", EPISODE),
        Column("provider_agb", "text", "Provider; empty for a contract of a network.", required=False, pattern=AGB),
        Column("network_agb", "text", "Network (zorgnetwerk); empty for a contract of a provider.", required=False, pattern=AGB),
        Column("insurer_uzovi", "text", "Insurer; empty is all.", required=False, pattern=UZOVI),
        Column("form", "text", "Form of payment (bekostigingsvorm).", values=FORMS),
        Column("scope", "text", "Performance codes, separated by spaces, commas or semicolons; or a population or episode in words.", required=False),
        valid_from(),
        valid_to(),
        Column("parameters", "text", "Parameters of the form, as JSON.", required=False),
    ),
    row_rules=(
        VALID_PERIOD,
        Rule("contract_without_party", "a contract has either a provider_agb or a network_agb; send one of them"),
        Rule("parameters_not_json", "parameters is no JSON object"),
    ),
    references=(
        known_provider("provider_agb", "network_agb", on=("valid_from", "valid_to")),
        known_insurer("insurer_uzovi", on=("valid_from", "valid_to")),
    ),
)  # fmt: skip
