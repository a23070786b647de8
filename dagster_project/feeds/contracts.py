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
from dagster_project.feeds.payment_forms import FORMS, forms_table

__all__ = ["FEED", "FORMS"]

PARAMETERS = Rule(
    "parameters_do_not_fit",
    "parameters is no JSON object of the fields of its form, each of its kind; send those of the table of forms, money in"
    " eurocents and rates as decimals in text",
)
CONTRACT = Rule(
    "contract_does_not_fit",
    "form is none of the table of forms, scope is none of all, codes:A|B|C, function:triage and population, or the"
    " contract has both or neither of provider_agb and network_agb; send one of each",
)
NOTE = f"""\
A contract has one form of payment (bekostigingsvorm) with its own parameters, and a scope: `all`, `codes:A|B|C`
(performance codes), `function:triage` (a coordination function, or care) or `population` (all of that provider). Money
is in eurocents, a rate a decimal as text (`"0.05"`), a field with `?` may be left out; a contract of a network may name
its `members` [AGB] whatever its form. Pay for performance and shared savings stand on a base, another form with
parameters of its own; nothing stands on pay for performance, and only that stands on shared savings. A row that does
not fit says which field of which contract is meant, in its return file and in the quarantine.

{forms_table()}"""

FEED = Feed(
    name="contracts",
    name_nl="Contracten",
    row="One contract of a provider or a network.",
    note=NOTE,
    key=("contract_id",),
    tells_apart="A contract is told apart by its number alone, over all providers, networks and insurers.",
    expected_every=timedelta(days=366),
    columns=(
        key("contract_id", "Number of the contract.", EPISODE),
        Column("provider_agb", "text", "Provider; empty for a contract of a network.", required=False, pattern=AGB),
        Column("network_agb", "text", "Network (zorgnetwerk); empty for a contract of a provider.", required=False, pattern=AGB),
        Column("insurer_uzovi", "text", "Insurer; empty is all.", required=False, pattern=UZOVI),
        Column("form", "text", "Form of payment (bekostigingsvorm), one of the table above."),
        Column("scope", "text", "Care that it is about: `all`, `codes:A|B|C`, `function:triage` or `population`.", required=False, codes=True),
        valid_from(),
        valid_to(),
        Column("parameters", "text", "Parameters of the form, as a JSON object.", required=False),
    ),
    row_rules=(
        VALID_PERIOD,
        CONTRACT,
        PARAMETERS,
    ),
    references=(
        known_provider("provider_agb", "network_agb", on=("valid_from", "valid_to")),
        known_insurer("insurer_uzovi", on=("valid_from", "valid_to")),
    ),
)  # fmt: skip
