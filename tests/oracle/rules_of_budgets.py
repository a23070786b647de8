"""Rules about budget lines, payments and invoices: R12-R16. A line without money is no finding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from .door import Values
from .evidence import Evidence, overlaps, year_of
from .finding import Finding
from .norm_budgets import norm_budgets
from .rules_of_records import allocation_name

AVAILABILITY_WORDS = frozenset({"lpz", "lcps"})
AVAILABLE_SINCE = date(2023, 7, 1)


def line_name(line: Values) -> str:
    return f"{line.year}/{line.edition}/{line.component}/{line.parameter}"


def _of_budget_line(rule: str, line: Values, provider: Values, cents: int, **counter: object) -> Finding:
    return Finding(
        rule,
        line.provider_agb,
        year_of(line.year),
        risk_cents=cents,
        budget_line=line_name(line),
        sector=provider.sector,
        region_code=provider.region_code,
        function=line.function,
        **counter,
    )


def _in_two_budgets(evidence: Evidence) -> Iterator[Finding]:
    """R12: a function in a sector's budget and in the coordination budget, and not cleared from the former."""
    for line, provider in evidence.in_force():
        if provider.sector == "zco" or line.function in (None, "care"):
            continue
        counter = _coordination_line(line, provider, evidence)
        left = line.amount_cents - _cleared(line, provider, evidence)
        if counter and left > 0:
            yield _of_budget_line(
                "R12",
                line,
                provider,
                left,
                counter_agb=counter.provider_agb,
                counter_sector="zco",
                counter_line=line_name(counter),
                allocation=_moved(line, provider, counter, evidence),
            )


def _moved(line: Values, provider: Values, counter: Values, evidence: Evidence) -> str | None:
    """The newest allocation of the function in the year: one that cleared this budget, else one to the coordination."""
    known = [
        (allocation.cleared_from == line.provider_agb, allocation.valid_from, allocation.provider_agb, allocation)
        for allocation in evidence.allocations.get((provider.region_code, line.function), ())
        if (allocation.cleared_from == line.provider_agb or allocation.provider_agb == counter.provider_agb)
        and overlaps(allocation, *year_of(line.year))
    ]
    return allocation_name(max(known, key=lambda found: found[:3])[3]) if known else None


def _coordination_line(line: Values, provider: Values, evidence: Evidence) -> Values | None:
    """The line of the region's lowest coordination organisation that pays the same function, or all."""
    paying = (
        other
        for other, holder in evidence.in_force()
        if holder.sector == "zco"
        and (holder.region_code, other.year) == (provider.region_code, line.year)
        and other.function in (None, line.function)
    )
    return min(paying, key=lambda other: (other.provider_agb, other.component, other.parameter), default=None)


def _cleared(line: Values, provider: Values, evidence: Evidence) -> int:
    """Cents of the line that allocations of the year cleared; one without an amount clears it all."""
    cleared = [
        line.amount_cents if allocation.cleared_amount_cents is None else allocation.cleared_amount_cents
        for allocation in evidence.allocations.get((provider.region_code, line.function), ())
        if allocation.cleared_from == line.provider_agb and overlaps(allocation, *year_of(line.year))
    ]
    return sum(cleared)


def _available_anyway(evidence: Evidence) -> Iterator[Finding]:
    """R14: a budget line for what an availability contribution pays."""
    for line, provider in evidence.in_force():
        paid = [
            allocation
            for allocation in evidence.allocations.get((provider.region_code, line.function), ())
            if allocation.funding_source == "availability_contribution" and overlaps(allocation, *year_of(line.year))
        ]
        words = set(re.split("[^a-z0-9]+", line.parameter.lower()))
        if line.amount_cents > 0 and paid:
            holder = evidence.reference.providers.of_year(paid[0].provider_agb, line.year)
            yield _of_budget_line(
                "R14",
                line,
                provider,
                line.amount_cents,
                counter_agb=paid[0].provider_agb,
                counter_sector=holder.sector if holder else None,
                counter_line=allocation_name(paid[0]),
            )
        elif line.amount_cents > 0 and words & AVAILABILITY_WORDS and year_of(line.year)[1] >= AVAILABLE_SINCE:
            yield _of_budget_line("R14", line, provider, line.amount_cents)


def _booked_twice(evidence: Evidence) -> Iterator[Finding]:
    """R15: a lump sum that is an advance or settlement as well."""
    payments = sorted(evidence.rows("payments"), key=lambda payment: payment.payment_id)
    no_revenue: dict[tuple, str] = {}
    for payment in payments:
        if payment.kind != "lump_sum" and payment.debit_credit == "D":
            no_revenue.setdefault(_money(payment), payment.payment_id)
    for payment in payments:
        twin = no_revenue.get(_money(payment))
        if payment.kind == "lump_sum" and payment.debit_credit == "D" and twin and payment.amount_cents > 0:
            provider = evidence.reference.providers.on(payment.provider_agb, payment.paid_on)
            yield Finding(
                "R15",
                payment.provider_agb,
                (payment.paid_on, payment.paid_on),
                risk_cents=payment.amount_cents,
                budget_line=f"payment/{payment.payment_id}",
                counter_line=f"payment/{twin}",
                counter_agb=payment.provider_agb,
                counter_sector=provider.sector,
                sector=provider.sector,
                region_code=provider.region_code,
            )


def _money(payment: Values) -> tuple:
    return (payment.provider_agb, payment.insurer_uzovi, payment.for_year, payment.paid_on, payment.amount_cents)


def _lump_sum_and_declared(evidence: Evidence) -> Iterator[Finding]:
    """R15: a lump sum in the budget for a function that is declared as well."""
    for line, provider in evidence.in_force():
        if line.component != "lump_sum" or line.function is None:
            continue
        declared = [
            declaration.values.amount_cents
            for declaration in evidence.live_of_provider.get(line.provider_agb, ())
            if declaration.tariff.covers_budget
            and (declaration.day.year, declaration.tariff.function) == (line.year, line.function)
        ]
        if line.amount_cents > 0 and declared:
            yield _of_budget_line("R15", line, provider, min(line.amount_cents, sum(declared)))


def _invoiced_and_declared(evidence: Evidence) -> Iterator[Finding]:
    """R16: client-bound hours of a member that declares in the same period."""
    for invoice in evidence.rows("network_costs"):
        days = (invoice.period_start, invoice.period_end)
        declared = [
            line.values.amount_cents
            for line in evidence.live_of_provider.get(invoice.member_agb, ())
            if days[0] <= line.day <= days[1]
        ]
        if invoice.client_bound and declared:
            cents = min(invoice.wage_cost_cents, sum(declared))
            yield Finding("R16", invoice.member_agb, days, cents, budget_line=f"invoice/{invoice.invoice_id}")


RULES = (
    _in_two_budgets,
    norm_budgets,
    _available_anyway,
    _booked_twice,
    _lump_sum_and_declared,
    _invoiced_and_declared,
)
