"""What was built of one world: its findings and its money, under the names that all worlds have in common."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from oracle.worlds import World

from .homes import rows

FINDINGS = """
    select
        rule, provider_agb, declaration_id, budget_line,
        severity, counter_provider_agb, counter_declaration_id, counter_line, amount_at_risk_eur, status, disputed_eur
    from integrity.double_funding_finding
"""
DECLARED = """
    select provider_agb, declaration_id, year(service_month), amount_eur, disputed_eur, covers_budget
    from finance.declaration
    where debit_credit = 'D'
"""
REALISED = """
    select provider_agb, year, sum(declared_eur), sum(disputed_eur), sum(revenue_eur)
    from finance.budget_realisation
    group by provider_agb, year
"""
SIDES = 8  # the columns of a finding that name it and its sides


@dataclass(frozen=True)
class Declared:
    """One debit: the provider-year it counts for, None where it does not cover the budget."""

    book: tuple[str, int] | None
    amount: Decimal
    disputed: Decimal


@dataclass(frozen=True)
class Seen:
    """`findings`: both sides and the amount at risk → status and disputed; `books`: declared, disputed, revenue."""

    findings: dict[tuple, tuple[str, Decimal]]
    declared: dict[tuple[str, str], Declared]
    books: dict[tuple[str, int], tuple[Decimal, ...]]

    @classmethod
    def of(cls, database: Path, world: World) -> Seen:
        found = [tuple(map(world.old, row[:SIDES])) + row[SIDES:] for row in _own(database, FINDINGS, world, 1)]
        declared = _own(database, DECLARED, world, 0)
        return cls(
            {row[:-2]: row[-2:] for row in found},
            {(world.old(agb), number): _declared(world.old(agb), *money) for agb, number, *money in declared},
            {(world.old(agb), year): tuple(sums) for agb, year, *sums in _own(database, REALISED, world, 0)},
        )

    @property
    def hard(self) -> dict[tuple, tuple[str, Decimal]]:
        return {finding: state for finding, state in self.findings.items() if finding[4] == "hard"}


def _own(database: Path, sql: str, world: World, provider_at: int) -> list[tuple]:
    """The rows of the world's own providers."""
    return [row for row in rows(database, sql) if row[provider_at] in world.names]


def _declared(agb: str, year: int, amount: Decimal, disputed: Decimal, covers_budget: bool) -> Declared:
    return Declared((agb, year) if covers_budget else None, amount, disputed)
