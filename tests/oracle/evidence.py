"""What the rules of double funding look at, gathered once: lines in order, and the current rows beside them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from .books import BudgetLines
from .door import Row, Values
from .lines import Line
from .reference import Reference

ROLES_FILE = Path(__file__).parents[2] / "dbt/seeds/performance_code_role.csv"

Item = TypeVar("Item")


def roles() -> dict[str, set[str]]:
    """Performance code → what it stands for in the rules R09 and R10: parameters, so read where they stand."""
    with ROLES_FILE.open(encoding="utf-8", newline="") as file:
        return {row["performance_code"]: {row["role"]} for row in csv.DictReader(file)}


def grouped(items: Iterable[Item], key: Callable[[Item], Hashable]) -> dict[Hashable, list[Item]]:
    """The items per key, each group in the order given."""
    groups: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def overlaps(values: Values, first: date, last: date) -> bool:
    """Whether a record with valid_from and valid_to holds on any day of `first`..`last`."""
    return values.valid_from <= last and (values.valid_to is None or values.valid_to >= first)


def year_of(year: int) -> tuple[date, date]:
    """Its first and last day."""
    return date(year, 1, 1), date(year, 12, 31)


def holds(values: Values, day: date) -> bool:
    return overlaps(values, day, day)


@dataclass(frozen=True)
class Evidence:
    """All lines, the budget lines in force per provider-year, and the current rows of every feed."""

    lines: list[Line]
    reference: Reference
    budgets: BudgetLines
    current: Mapping[str, list[Row]]

    @cached_property
    def live(self) -> list[Line]:
        """The debits that take part, the earlier ones first."""
        return sorted((line for line in self.lines if line.live), key=lambda line: line.order)

    @cached_property
    def live_of_provider(self) -> dict[Hashable, list[Line]]:
        return grouped(self.live, lambda line: line.values.provider_agb)

    @cached_property
    def indications(self) -> dict[Hashable, list[Values]]:
        """Per patient, the earliest first."""
        rows = sorted(self.rows("legal_indications"), key=lambda values: (values.valid_from, values.framework))
        return grouped(rows, lambda values: values.patient_key)

    @cached_property
    def allocations(self) -> dict[Hashable, list[Values]]:
        """Per region and function, the lowest provider first."""
        rows = sorted(self.rows("function_allocations"), key=lambda values: (values.provider_agb, values.valid_from))
        return grouped(rows, lambda values: (values.region_code, values.function))

    @cached_property
    def contracts(self) -> dict[Hashable, list[Values]]:
        """Per provider, the lowest number first."""
        rows = sorted(self.rows("contracts"), key=lambda values: values.contract_id)
        return grouped(rows, lambda values: values.provider_agb)

    @cached_property
    def contacts(self) -> dict[Hashable, list[Values]]:
        """Per provider and episode, in order of time."""
        rows = sorted(self.rows("contacts"), key=lambda values: (values.offered_at, values.contact_id))
        return grouped(rows, lambda values: (values.provider_agb, values.episode_id))

    @cached_property
    def roles(self) -> dict[str, set[str]]:
        return roles()

    def has_role(self, line: Line, *names: str) -> bool:
        return not self.roles.get(line.values.performance_code, set()).isdisjoint(names)

    def in_force(self) -> Iterator[tuple[Values, Values]]:
        """Every budget line in force with the provider as it was in that year."""
        for (agb, year), lines in self.budgets.items():
            for line in lines:
                yield line, self.reference.providers.of_year(agb, year)

    def rows(self, feed: str) -> list[Values]:
        """The values of the current rows of a feed."""
        return [row.values for row in self.current[feed]]
