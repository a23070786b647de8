"""Current declarations as lines: what each is worth, where it belongs, which credit takes which debit back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .door import Row, Values
from .reference import Reference
from .row_rules import local_day

FITTING = ("insurer_uzovi", "patient_key", "performance_code", "quantity", "amount_cents")


@dataclass(slots=True, eq=False)
class Line:
    """One current declaration with the provider and the tariff of its date."""

    row: Row
    values: Values
    day: date
    provider: Values
    tariff: Values
    debit: Line | None = None  # of a credit: the debit it names, where that is there
    counted: bool = True  # false for a credit that counts nowhere
    live: bool = True  # a debit that no counted credit takes back
    disputed_cents: int = 0

    @property
    def id(self) -> tuple[str, str]:
        return (self.values.provider_agb, self.values.declaration_id)

    @property
    def is_credit(self) -> bool:
        return self.values.debit_credit == "C"

    @property
    def order(self) -> tuple:
        """The earlier of two lines stands."""
        return (self.values.service_start, self.values.declared_on, *self.id)

    @property
    def cents(self) -> int:
        """Signed: a credit is negative, counted or not."""
        return -self.values.amount_cents if self.is_credit else self.values.amount_cents

    @property
    def attributed_to(self) -> Line:
        """The line whose month, sector, region and tariff count: of a counted credit, its debit's."""
        return self.debit if self.is_credit and self.counted else self

    @property
    def month(self) -> date:
        return self.attributed_to.day.replace(day=1)

    @property
    def covers_budget(self) -> bool:
        return self.attributed_to.tariff.covers_budget

    @property
    def legal_framework(self) -> str:
        return self.attributed_to.values.legal_framework

    @property
    def macro_category(self) -> str | None:
        return self.attributed_to.tariff.macro_category


def lines(current: Iterable[Row], reference: Reference) -> dict[tuple[str, str], Line]:
    """A line per current declaration, each credit bound to its debit."""
    by_id = {line.id: line for line in (_line(row, reference) for row in current)}
    rivals: dict[tuple, list[Line]] = defaultdict(list)
    for line in by_id.values():
        if line.is_credit:
            _bind(line, by_id)
            if line.counted:
                rivals[line.debit.id].append(line)
    for credits in rivals.values():
        first, *others = sorted(credits, key=lambda credit: (credit.values.declared_on, credit.values.declaration_id))
        first.debit.live = False
        for other in others:
            other.counted = False
    return by_id


def _line(row: Row, reference: Reference) -> Line:
    values, day = row.values, local_day(row.values.service_start)
    provider = reference.providers.on(values.provider_agb, day)
    tariff = reference.tariff(values.performance_code, values.provider_agb, day)
    return Line(row, values, day, provider, tariff)


def _bind(credit: Line, by_id: dict[tuple[str, str], Line]) -> None:
    """Finds the debit of a credit; the credit counts (for now) when there is one and it fits."""
    debit = by_id.get((credit.values.provider_agb, credit.values.corrects_declaration_id))
    credit.live = False
    credit.debit = debit if debit is not None and not debit.is_credit else None
    credit.counted = credit.debit is not None and all(
        getattr(credit.values, name) == getattr(credit.debit.values, name) for name in FITTING
    )
