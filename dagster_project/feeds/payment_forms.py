"""The payment forms of contracts (bekostigingsvormen), and what the parameters of each must be.

One model per form; names and sources stand in dbt/seeds/payment_form.csv. Money is whole eurocents, a rate a decimal
as text. What a scope may be, and how a row is judged by form, stands in `contract_fit`.
"""

from __future__ import annotations

import csv
from typing import Literal

from pydantic import Field, field_validator

from dagster_project.feeds.parameter_types import (
    Agb,
    AgreedCents,
    AgreedDay,
    Cents,
    CentsByCode,
    CentsByYear,
    Code,
    Day,
    Fraction,
    Parameters,
    Rate,
    Text,
)
from dagster_project.feeds.performance_indicators import Indicator, Quality
from dagster_project.settings import DBT

CATALOGUE = DBT / "seeds" / "payment_form.csv"

with CATALOGUE.open(encoding="utf-8", newline="") as _file:
    NAMES_NL = {row["form"]: row["name_nl"] for row in csv.DictReader(_file)}
FORMS = tuple(NAMES_NL)


class SharedRisk(Parameters):
    """Savings and overruns against a norm amount that payer and provider share."""

    norm_cents: Cents = Field(description="cents")
    corridor: Rate = Field(description="rate")
    share: Fraction = Field(description="rate")


class OfParty(Parameters):
    """What any contract may have: the members of its network."""

    members: list[Agb] | None = Field(None, description="[AGB] of a network's members")


class Based(Parameters):
    """The form that another one stands on."""

    form: Text
    parameters: dict


class FeeForService(OfParty):
    prices: CentsByCode | None = Field(None, description="{code: cents}; left out: as declared")


class ContractSum(OfParty):
    sums: CentsByYear = Field(description="{year: cents}")


class RevenueCeiling(OfParty):
    ceilings: CentsByYear = Field(description="{year: cents}")


class RevenueGuarantee(OfParty):
    guarantees: CentsByYear = Field(description="{year: cents}")


class PayForPerformance(OfParty):
    base: Based = Field(description="{form, parameters}")
    indicators: list[Indicator] = Field(
        min_length=1,
        description="[{kpi_id, unit?, floor, target, bonus_cents, malus_floor?, malus_cents?}]",
    )
    cap_cents: Cents | None = Field(None, description="cents")
    measured: Literal["provider_region", "collective"] = Field(description="provider_region, collective")


class SharedSavings(OfParty):
    """What had to be agreed on beforehand may be empty: then the contract stands, and nothing is due by it."""

    base: Based = Field(description="{form, parameters}")
    benchmark_cents: AgreedCents = Field(None, description="cents of each year")
    benchmark_agreed_on: AgreedDay = Field(None, description="date")
    benchmark_method: Text | None = Field(None, description="text")
    cost_definition: Text | None = Field(None, description="text")
    population: Text | None = Field(None, description="text")
    destination: Text | None = Field(None, description="text")
    minimum_rate: Fraction = Field(description="rate")
    share: Fraction = Field(description="rate")
    sided: Literal["upside", "two_sided"] = Field(description="upside, two_sided")
    loss_share: Fraction | None = Field(None, description="rate, two_sided alone")
    cap_of_benchmark: Rate | None = Field(None, description="rate")
    loss_cap_cents: Cents | None = Field(None, description="cents")
    quality: Quality | None = Field(None, description="{kpi_id, loss_rate_floor, loss_rate_ceiling}")

    @field_validator("loss_share")
    @classmethod
    def _is_of_two_sides(cls, share: str | None, info) -> str | None:
        if share is not None and info.data.get("sided") == "upside":
            raise ValueError("is of a contract with two sides")
        return share


class Episode(Parameters):
    """What opens a bundle's episode of care, and for how many local days it holds."""

    trigger_codes: list[Code] = Field(min_length=1)
    days: int = Field(ge=1, le=3_660)


class Bundle(OfParty):
    price_cents: Cents = Field(description="cents for each episode")
    episode: Episode = Field(description="{trigger_codes: [code], days}")
    settlement: Literal["prospective", "retrospective"] = Field(description="prospective, retrospective")
    shared_risk: SharedRisk | None = Field(None, description="{norm_cents, corridor, share}")


class Capitation(OfParty):
    amount_cents_per_year: Cents = Field(description="cents for each person")
    parties: Literal["one", "several"] = Field(description="one, several")
    shared_risk: SharedRisk | None = Field(None, description="{norm_cents, corridor, share}")


class PopulationBudget(OfParty):
    amount_cents: Cents = Field(description="cents for each inhabitant")
    areas: list[Text] = Field(min_length=1, description="[area] as in population")
    shared_risk: SharedRisk | None = Field(None, description="{norm_cents, corridor, share}")


class Budget(OfParty):
    """The budget that is agreed for the provider; it has no parameters of its own."""


class PerInsured(OfParty):
    amount_cents: Cents = Field(description="cents for each insured person")
    title: Literal["adz", "bdss"] = Field(description="adz, bdss")
    ends_on: Day | None = Field(None, description="date")


class Availability(OfParty):
    amounts: CentsByYear = Field(description="{year: cents}")


class Cashier(OfParty):
    budgets: CentsByYear = Field(description="{year: cents}")
    client_share: Fraction = Field(description="rate")


MODELS: dict[str, type[OfParty]] = {
    "fee_for_service": FeeForService,
    "contract_sum": ContractSum,
    "revenue_ceiling": RevenueCeiling,
    "revenue_guarantee": RevenueGuarantee,
    "pay_for_performance": PayForPerformance,
    "shared_savings": SharedSavings,
    "bundle": Bundle,
    "capitation": Capitation,
    "population_budget": PopulationBudget,
    "budget": Budget,
    "per_insured": PerInsured,
    "availability": Availability,
    "cashier": Cashier,
}
STANDS_ON = {
    "pay_for_performance": frozenset(FORMS) - {"pay_for_performance"},
    "shared_savings": frozenset(FORMS) - {"pay_for_performance", "shared_savings"},
}
"""Form → forms that may be its base."""


def forms_table() -> str:
    """The forms with their Dutch names and fields, as a table in Markdown."""
    lines = ["| form | Dutch | parameters |", "|---|---|---|"]
    for form, model in MODELS.items():
        fields = [_field(name, field) for name, field in model.model_fields.items() if name != "members"]
        lines.append(f"| `{form}` | {NAMES_NL[form]} | {' · '.join(fields) or '–'} |")
    return "\n".join(lines)


def _field(name: str, field) -> str:
    return f"`{name}{'' if field.is_required() else '?'}` {field.description}"
