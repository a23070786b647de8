"""What is due under each contract, year by year and insurer by insurer."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from .books import Books, Shares, ShareSet
from .door import Values
from .evidence import members, overlaps
from .lines import Line
from .money import euros, largest_remainder
from .rules_of_records import in_scope

Cents = dict[str, int]  # by UZOVI
BY_YEAR = {
    "contract_sum": "sums",
    "revenue_ceiling": "ceilings",
    "revenue_guarantee": "guarantees",
    "availability": "amounts",
}
RISK = {
    "fee_for_service": "payer",
    "contract_sum": "provider",
    "revenue_ceiling": "provider",
    "revenue_guarantee": "payer",
    "budget": "payer",
    "availability": "payer",
}
"""The forms that are settled, and who bears the risk."""
EACH_ITS_OWN = ("fee_for_service", "availability")
"""Forms of which nothing is spread over all insurers."""


@dataclass(frozen=True)
class Year:
    """One calendar year of a contract: its care by insurer, as declared and at the contract's prices."""

    contract: Values
    year: int
    declared: Cents
    priced: Cents

    @property
    def parameters(self) -> dict:
        return json.loads(self.contract.parameters or "{}")

    @property
    def party(self) -> str:
        return self.contract.provider_agb or self.contract.network_agb


def settlement(contracts: Iterable[Values], lines: list[Line], books: Books, shares: Shares, as_of: date) -> dict:
    table: dict[tuple, dict[str, object]] = {}
    for contract in contracts:
        totals: dict[str | None, int | None] = defaultdict(int)
        for year in _years(contract, lines, as_of) if contract.form in RISK else ():
            for uzovi, (declared, due, status) in _rows(year, books, shares).items():
                difference = None if due is None else due - declared
                before = totals[uzovi]
                totals[uzovi] = None if None in (before, difference) else before + difference
                table[contract.contract_id, year.year, uzovi] = {
                    "form": contract.form,
                    "base_form": None,
                    "declared_eur": euros(declared),
                    "due_eur": euros(due),
                    "difference_eur": euros(difference),
                    "cumulative_difference_eur": euros(totals[uzovi]),
                    "is_spread": not contract.insurer_uzovi
                    and contract.form not in ("fee_for_service", "availability"),
                    "risk_bearer": RISK[contract.form],
                    "status": status or ("settled" if year.year < as_of.year else "running"),
                }
    return table


def _years(contract: Values, lines: list[Line], as_of: date) -> Iterator[Year]:
    last = min(as_of, contract.valid_to or as_of)
    prices = json.loads(contract.parameters or "{}").get("prices") or {}
    for number in range(contract.valid_from.year, last.year + 1):
        declared, priced = defaultdict(int), defaultdict(int)
        for line in lines:
            debit = line.attributed_to
            if debit.day.year != number or not _is_under(contract, line, debit):
                continue
            cents = line.cents - line.disputed_cents
            code, uzovi = line.values.performance_code, line.values.insurer_uzovi
            declared[uzovi] += cents
            priced[uzovi] += prices[code] * _quantity(line) if code in prices else cents
        yield Year(contract, number, declared, priced)


def _is_under(contract: Values, line: Line, debit: Line) -> bool:
    parties = {contract.provider_agb or contract.network_agb, *members(contract)}
    return (
        line.counted
        and line.values.provider_agb in parties
        and line.legal_framework == "Zvw"
        and contract.insurer_uzovi in (None, line.values.insurer_uzovi)
        and overlaps(contract, debit.day, debit.day)
        and in_scope(contract.scope, debit)
    )


def _quantity(line: Line) -> int:
    """A credit takes its quantity back; a line that is disputed in full has none."""
    if line.is_credit:
        return -line.values.quantity
    is_disputed = 0 < line.values.amount_cents <= line.disputed_cents
    return 0 if is_disputed else line.values.quantity


def _rows(year: Year, books: Books, shares: Shares) -> dict[str | None, tuple[int, int | None, str | None]]:
    """Insurer → declared, due, and the status where it is none of time."""
    contract, declared = year.contract, sum(year.declared.values())
    due, missing = _due(year, declared, books)
    if contract.insurer_uzovi or contract.form == "availability":
        return {contract.insurer_uzovi: (declared, due, missing)}
    if contract.form in EACH_ITS_OWN:
        own = {uzovi: (cents, year.priced[uzovi], missing) for uzovi, cents in year.declared.items()}
        return own or {None: (0, 0, missing)}
    spread = _shares(year, shares)
    if spread is None:
        return {None: (declared, due, missing or "shares_missing")}
    parts = {} if due is None else largest_remainder(due - declared, spread.weights)
    return {
        uzovi: (own, None if due is None else own + parts.get(uzovi, 0), missing)
        for uzovi in {*spread.weights, *year.declared}
        for own in [year.declared.get(uzovi, 0)]
    }


def _due(year: Year, declared: int, books: Books) -> tuple[int | None, str | None]:
    form = year.contract.form
    if form == "fee_for_service":
        return sum(year.priced.values()), None
    if form == "budget":
        book = books.get((year.party, year.year))
        return (book.settled_budget_cents, None) if book and book.is_agreed else (None, "no_budget")
    amount = year.parameters[BY_YEAR[form]].get(str(year.year))
    if amount is None:
        return None, "amount_missing"
    return {"revenue_ceiling": min(declared, amount), "revenue_guarantee": max(declared, amount)}.get(
        form, amount
    ), None


def _shares(year: Year, shares: Shares) -> ShareSet | None:
    """Of the year's definitive set, else of its provisional settlement."""
    definitive = shares.settling(year.party, year.year, "definitive")
    return definitive or shares.settling(year.party, year.year, "provisional")
