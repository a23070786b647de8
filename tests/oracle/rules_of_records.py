"""Rules that hold one declaration against what is agreed or indicated: R05, R06, R07, R17."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date

from .door import Values
from .evidence import Evidence, exempt_codes, holds
from .finding import Finding, of_line
from .lines import Line

WLZ_CARE = frozenset({"district_nursing", "elv"})
ZVW_CARE = frozenset({"gp", "pharmacy", "maternity", "acute_ggz"})
COVERING_FORMS = frozenset({"capitation", "population_budget"})


def _transferred(evidence: Evidence) -> Iterator[Finding]:
    """R05: a function that a coordination organisation of the region held before that day."""
    for line in evidence.live:
        if line.tariff.function == "care" or line.provider.sector == "zco":
            continue
        held = evidence.allocations.get((line.provider.region_code, line.tariff.function), ())
        transfers = [values for values in held if _is_transfer(values, line, evidence)]
        if transfers:
            allocation = next((values for values in transfers if values.hours), transfers[0])
            yield of_line(
                "R05",
                line,
                counter_agb=allocation.provider_agb,
                counter_sector="zco",
                counter_line=allocation_name(allocation),
                is_signal=allocation.hours is None,
            )


def _is_transfer(allocation: Values, line: Line, evidence: Evidence) -> bool:
    holder = evidence.reference.providers.on(allocation.provider_agb, line.day)
    is_earlier = evidence.holds_function(allocation, line) and allocation.valid_from < line.day
    return is_earlier and holder is not None and holder.sector == "zco"


def allocation_name(allocation: Values) -> str:
    parts = (allocation.region_code, allocation.function, allocation.provider_agb, str(allocation.valid_from))
    return "/".join(("allocation", *parts))


def _long_term_care(evidence: Evidence) -> Iterator[Finding]:
    """R06: nursing or elv that another law pays, under any Wlz indication, outside a transition."""
    for line in evidence.live:
        if line.provider.sector in WLZ_CARE and line.values.legal_framework != "Wlz":
            yield from _indicated("R06", line, evidence, lambda _: True)


def _treatment(evidence: Evidence) -> Iterator[Finding]:
    """R07: care under the Zvw that a Wlz indication with treatment holds, outside a transition, of no exempt code."""
    exempt = exempt_codes("R07")
    for line in evidence.live:
        if line.day >= exempt.get(line.values.performance_code, date.max):
            continue
        if line.provider.sector in ZVW_CARE and line.values.legal_framework == "Zvw":
            yield from _indicated("R07", line, evidence, lambda indication: indication.with_treatment)


def _indicated(rule: str, line: Line, evidence: Evidence, fits: Callable[[Values], bool]) -> Iterator[Finding]:
    if evidence.in_transition(line, "Wlz"):
        return
    for indication in evidence.indications.get(line.values.patient_key, ()):
        if indication.framework == "Wlz" and fits(indication) and holds(indication, line.day):
            yield of_line(rule, line, counter_line=f"indication/Wlz/{indication.valid_from}")
            return


def _covered(evidence: Evidence) -> Iterator[Finding]:
    """R17: a declaration under a contract that pays for it for good."""
    for line in evidence.live:
        contracts = evidence.contracts.get(line.values.provider_agb, ())
        if contract := next((values for values in contracts if _covers(values, line)), None):
            yield of_line("R17", line, counter_line=f"contract/{contract.contract_id}")


def _covers(contract: Values, line: Line) -> bool:
    return (
        line.values.legal_framework == "Zvw"
        and contract.insurer_uzovi in (None, line.values.insurer_uzovi)
        and holds(contract, line.day)
        and in_scope(contract.scope, line)
        and _pays_for_good(contract.form, json.loads(contract.parameters or "{}"))
    )


def in_scope(scope: str, line: Line) -> bool:
    kind, _, named = scope.partition(":")
    if kind == "codes":
        return line.values.performance_code in named.split("|")
    return kind != "function" or line.tariff.function == named


def _pays_for_good(form: str, parameters: dict) -> bool:
    """A bonus on top leaves the form below it as it is; shared savings settle what is declared."""
    if form == "pay_for_performance":
        return _pays_for_good(parameters["base"]["form"], parameters["base"]["parameters"])
    return form in COVERING_FORMS or (form == "bundle" and parameters["settlement"] == "prospective")


RULES = (_transferred, _long_term_care, _treatment, _covered)
