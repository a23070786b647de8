"""R19: a function under a title of its own (ADZ, BDSS) that is paid once more, or a BDSS that does not end in time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from .door import Values
from .evidence import Evidence, overlaps, year_of
from .finding import Finding
from .rules_of_budgets import line_name
from .rules_of_records import allocation_name

TITLES = ("adz", "bdss")
YEARS = 5


def _titles(evidence: Evidence) -> Iterator[Finding]:
    """R19 of allocations: what else pays the function in its region, year by year the lower of the two."""
    for allocation in evidence.rows("function_allocations"):
        if allocation.funding_source not in TITLES or allocation.function == "care":
            continue
        lines = _budgeted(allocation, evidence)
        beside = _declared(allocation, evidence)
        for line in lines:
            beside[line.year] += line.amount_cents
        endless = allocation.funding_source == "bdss" and _is_long(allocation.valid_from, allocation.valid_to)
        if not beside and not endless:
            continue
        most = allocation.amount_cents
        risk = sum(cents if most is None else min(cents, most) for cents in beside.values())
        lowest = min(lines, key=lambda line: (line.provider_agb, line_name(line)), default=None)
        holder = _party(evidence, allocation.provider_agb, allocation)
        yield Finding(
            "R19",
            allocation.provider_agb,
            (allocation.valid_from, allocation.valid_to or date.max),
            risk_cents=risk if beside else most or 0,
            budget_line=allocation_name(allocation),
            counter_agb=lowest and lowest.provider_agb,
            counter_sector=lowest and evidence.reference.providers.of_year(lowest.provider_agb, lowest.year).sector,
            counter_line=lowest and line_name(lowest),
            sector=holder.sector,
            region_code=allocation.region_code,
            function=allocation.function,
        )


def _declared(allocation: Values, evidence: Evidence) -> dict[int, int]:
    """Cents declared of the function in the region, by year, on days of the allocation."""
    cents: dict[int, int] = defaultdict(int)
    for line in evidence.live:
        place = (line.provider.region_code, line.tariff.function)
        if place == (allocation.region_code, allocation.function) and overlaps(allocation, line.day, line.day):
            cents[line.day.year] += line.values.amount_cents
    return cents


def _budgeted(allocation: Values, evidence: Evidence) -> list[Values]:
    """Lines for the function, and those of the coordination organisation for all functions."""
    return [
        line
        for line, provider in evidence.in_force()
        if provider.region_code == allocation.region_code
        and line.amount_cents > 0
        and overlaps(allocation, *year_of(line.year))
        and (line.function == allocation.function or (line.function is None and provider.sector == "zco"))
    ]


def _endless_contracts(evidence: Evidence) -> Iterator[Finding]:
    """R19 of contracts per insured person under a BDSS."""
    for contract in evidence.rows("contracts"):
        form, parameters = contract.form, json.loads(contract.parameters or "{}")
        while "base" in parameters:
            form, parameters = parameters["base"]["form"], parameters["base"]["parameters"]
        if form != "per_insured" or parameters["title"] != "bdss":
            continue
        ends = [contract.valid_to, parameters.get("ends_on") and date.fromisoformat(parameters["ends_on"])]
        if _is_long(contract.valid_from, min(filter(None, ends), default=None)):
            agb = contract.provider_agb or contract.network_agb
            party = _party(evidence, agb, contract)
            yield Finding(
                "R19",
                agb,
                (contract.valid_from, contract.valid_to or date.max),
                risk_cents=0,
                budget_line=f"contract/{contract.contract_id}",
                sector=party.sector,
                region_code=party.region_code,
                function=contract.scope.partition("function:")[2] or None,
            )


def _is_long(first: date, last: date | None) -> bool:
    """Whether a period goes on for more than five years; of 29 February they end on the 28th."""
    day = 28 if (first.month, first.day) == (2, 29) else first.day
    return last is None or last > date(first.year + YEARS, first.month, day)


def _party(evidence: Evidence, agb: str, period: Values) -> Values:
    """The provider as it was on its last day within the period."""
    return evidence.reference.providers.within(agb, period.valid_from, period.valid_to or date.max)[-1]


RULES = (_titles, _endless_contracts)
