"""The money of every provider-year, gathered once: budget, declared, disputed, payments, shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from .costs import COST, REVENUE, Costs
from .door import Row, Values
from .lines import Line
from .payers import INSURER, Payers
from .reference import Reference

EDITIONS = ("requested", "agreed", "determined", "final")  # from lowest to highest
UNASSIGNED = "unassigned"

Cents = defaultdict[object, int]


def _cents() -> Cents:
    return defaultdict(int)


@dataclass
class Book:
    """One provider-year, in cents; declared and disputed are those of what covers the budget.

    By month they are of all laws, by insurer and category of the Zvw, which alone is settled over insurers.
    """

    budget: list[Values] = field(default_factory=list)
    declared_by_month: Cents = field(default_factory=_cents)
    disputed_by_month: Cents = field(default_factory=_cents)
    lump_sum_by_month: Cents = field(default_factory=_cents)
    budget_by_payer: Cents = field(default_factory=_cents)
    revenue_by_payer: Cents = field(default_factory=_cents)
    basis: str = REVENUE
    cost_cents: int | None = None
    declared_by_insurer: Cents = field(default_factory=_cents)
    disputed_by_insurer: Cents = field(default_factory=_cents)
    declared_by_category: Cents = field(default_factory=_cents)  # (insurer, category)
    paid_by_kind: Cents = field(default_factory=_cents)  # (insurer, kind)

    @property
    def matters(self) -> bool:
        """Whether the provider-year has a budget, budget-covering declarations or lump sums."""
        return bool(self.budget or self.declared_by_month or self.lump_sum_by_month)

    @property
    def budget_cents(self) -> int | None:
        return sum(values.amount_cents for values in self.budget) if self.budget else None

    @property
    def payers(self) -> set[str]:
        """Who has a budget line or something that was earned."""
        return set(self.budget_by_payer) | set(self.revenue_by_payer)

    @property
    def is_agreed(self) -> bool:
        """Whether insurers have an agreed budget, or a higher one, to settle."""
        return INSURER in self.budget_by_payer and self.budget[0].edition != "requested"

    @property
    def settled_budget_cents(self) -> int:
        return self.budget_by_payer[INSURER]

    @property
    def borne_cents(self) -> int | None:
        """What insurers bear in the end: the budget, or the costs in its place; null where those are missing."""
        return self.cost_cents if self.basis == COST else self.settled_budget_cents

    @property
    def difference_cents(self) -> int | None:
        """What is spread over insurers."""
        return None if self.borne_cents is None else self.borne_cents - self.settled_revenue_cents

    @property
    def settled_revenue_cents(self) -> int:
        return self.revenue_by_payer.get(INSURER, 0)

    @property
    def insurers(self) -> set[str]:
        """Everyone who was declared to or who paid."""
        return set(self.declared_by_insurer) | {uzovi for uzovi, _ in self.paid_by_kind}


Books = defaultdict[tuple[str, int], Book]
BudgetLines = dict[tuple[str, int], list[Values]]


def in_force(budgets: Iterable[Row]) -> BudgetLines:
    """Per (provider, year) the components of the highest edition."""
    lines: BudgetLines = {}
    for values in sorted((row.values for row in budgets), key=lambda values: EDITIONS.index(values.edition)):
        of_year = lines.setdefault((values.provider_agb, values.year), [])
        if of_year and of_year[0].edition != values.edition:
            of_year.clear()
        of_year.append(values)
    return lines


def books(budgets: BudgetLines, payments: Iterable[Row], lines: Iterable[Line], payers: Payers, costs: Costs) -> Books:
    """A book per (provider, year) from the budget lines in force and the current rows."""
    result: Books = defaultdict(Book)
    for provider_year, in_force_then in budgets.items():
        result[provider_year].budget = in_force_then
        for line in in_force_then:
            result[provider_year].budget_by_payer[payers.of_budget_line(line)] += line.amount_cents
    for line in lines:
        if line.counted and line.covers_budget:
            _add_line(result[(line.values.provider_agb, line.month.year)], line, payers.of_declaration(line))
    for row in payments:
        _add_payment(result[(row.values.provider_agb, row.values.for_year)], row.values)
    for (agb, year), book in result.items():
        book.basis, book.cost_cents = costs.basis(agb, year), costs.cents(agb, year)
    return result


def _add_line(book: Book, line: Line, payer: str) -> None:
    uzovi = line.values.insurer_uzovi
    book.declared_by_month[line.month] += line.cents
    book.disputed_by_month[line.month] += line.disputed_cents
    book.revenue_by_payer[payer] += line.cents - line.disputed_cents
    if payer != INSURER:
        return
    book.declared_by_insurer[uzovi] += line.cents
    book.disputed_by_insurer[uzovi] += line.disputed_cents
    book.declared_by_category[(uzovi, line.macro_category or UNASSIGNED)] += line.cents


def _add_payment(book: Book, values: Values) -> None:
    cents = -values.amount_cents if values.debit_credit == "C" else values.amount_cents
    book.paid_by_kind[(values.insurer_uzovi, values.kind)] += cents
    if values.kind == "lump_sum":
        nearest = min(max(values.paid_on, date(values.for_year, 1, 1)), date(values.for_year, 12, 1))
        book.lump_sum_by_month[nearest.replace(day=1)] += cents
        book.revenue_by_payer[INSURER] += cents


@dataclass(frozen=True)
class ShareSet:
    """The shares of one year, scope and edition, by UZOVI."""

    year: int
    rows: dict[str, Values]

    @property
    def weights(self) -> dict[str, int]:
        """The shares as whole numbers of 0.00000001."""
        return {uzovi: int(values.share.scaleb(8)) for uzovi, values in self.rows.items()}

    @property
    def counts(self) -> dict[str, int] | None:
        """The insured counts; null when one is missing or nobody is insured."""
        counts = {uzovi: values.insured_count for uzovi, values in self.rows.items()}
        return None if None in counts.values() or not sum(counts.values()) else counts


class Shares:
    """Which set of shares settles a provider-year."""

    def __init__(self, current: Iterable[Row], reference: Reference) -> None:
        self._reference = reference
        self._sets: dict[tuple, dict[str, Values]] = defaultdict(dict)
        for row in current:
            values = row.values
            self._sets[(values.year, values.scope, values.edition)][values.insurer_uzovi] = values

    def settling(self, agb: str, year: int, edition: str) -> ShareSet | None:
        """The provider's own set before its region's, definitive before provisional."""
        return self._first(year, edition, [agb, self._region(agb, year)])

    def regional(self, agb: str, year: int, edition: str) -> ShareSet | None:
        """The set found when only the region's sets are looked at."""
        return self._first(year, edition, [self._region(agb, year)])

    def _first(self, year: int, edition: str, scopes: list[str | None]) -> ShareSet | None:
        shares_year = year - 1 if edition == "provisional" else year
        share_editions = ("definitive", "provisional") if edition == "provisional" else ("definitive",)
        keys = [(shares_year, scope, share_edition) for share_edition in share_editions for scope in scopes]
        return next((ShareSet(shares_year, self._sets[key]) for key in keys if key in self._sets), None)

    def _region(self, agb: str, year: int) -> str | None:
        provider = self._reference.providers.of_year(agb, year)
        return provider.region_code if provider else None
