"""What the rules of double funding look at, gathered once: lines in order, and the current rows beside them."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from dateutil.easter import easter

from .books import BudgetLines
from .door import Row, Values
from .lines import Line
from .reference import Reference

EXEMPT_FILE = Path(__file__).parents[2] / "dbt/seeds/double_funding_exempt_code.csv"
ROLES_FILE = Path(__file__).parents[2] / "dbt/seeds/performance_code_role.csv"

Item = TypeVar("Item")


def roles() -> dict[str, set[str]]:
    """Performance code → what it stands for in the rules R09 and R10: parameters, so read where they stand."""
    with ROLES_FILE.open(encoding="utf-8", newline="") as file:
        return {row["performance_code"]: {row["role"]} for row in csv.DictReader(file)}


def exempt_codes(rule: str) -> dict[str, date]:
    """Performance code → first day on which the rule says nothing of it: parameters too."""
    with EXEMPT_FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["rule"] == rule]
    return {row["performance_code"]: date.fromisoformat(row["valid_from"]) for row in rows}


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


def allows(arrangement: Values, indication: Values, line: Line) -> bool:
    """Whether the arrangement on the transition to the indication's law allows the line."""
    codes = (arrangement.performance_codes or "").split("|")
    return (
        arrangement.to_framework == indication.framework
        and line.values.legal_framework in (arrangement.from_framework, arrangement.to_framework)
        and holds(arrangement, line.day)
        and arrangement.region_code in (None, line.provider.region_code)
        and arrangement.insurer_uzovi in (None, line.values.insurer_uzovi)
        and (line.values.performance_code in codes or arrangement.function == line.tariff.function)
        and _in_days(arrangement, indication, line.day)
    )


def _in_days(arrangement: Values, indication: Values, day: date) -> bool:
    """Whether the days that count from the arrangement's anchor hold `day`."""
    after = timedelta(days=arrangement.days)
    match arrangement.anchor:
        case "indication":
            return indication.valid_from <= day <= indication.valid_from + after
        case "admission":
            return indication.valid_from <= day and (
                indication.admitted_on is None or day <= indication.admitted_on + after
            )
        case "death":
            return indication.died_on is not None and indication.died_on <= day <= indication.died_on + after
    raise ValueError(arrangement.anchor)


def members(contract: Values) -> list[str]:
    """Of the network whose contract it is."""
    return json.loads(contract.parameters or "{}").get("members") or []


def local(line: Line) -> datetime:
    return line.values.service_start.astimezone(ZoneInfo("Europe/Amsterdam"))


@cache
def is_holiday(day: date) -> bool:
    """Days on which GP out-of-hours tariffs hold from 8 to 18 too (NZa, BR/REG-23137a)."""
    moving = {easter(day.year) + timedelta(days=days) for days in (-2, 0, 1, 39, 49, 50)}
    return day in moving or (day.month, day.day) in {(1, 1), (4, 27), (5, 5), (12, 25), (12, 26)}


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

    def in_transition(self, line: Line, framework: str) -> bool:
        """Whether an arrangement allows the line beside the patient's indications under that law on its day."""
        held = (i for i in self.indications.get(line.values.patient_key, ()) if holds(i, line.day))
        return any(
            allows(arrangement, indication, line)
            for indication in held
            if indication.framework == framework
            for arrangement in self.rows("transition_arrangements")
        )

    @cached_property
    def allocations(self) -> dict[Hashable, list[Values]]:
        """Per region and function, the lowest provider first."""
        rows = sorted(self.rows("function_allocations"), key=lambda values: (values.provider_agb, values.valid_from))
        return grouped(rows, lambda values: (values.region_code, values.function))

    def holds_function(self, allocation: Values, line: Line) -> bool:
        """Whether the allocation is of the line's day, hour and patient; its region and function are the line's."""
        is_office = line.day.isoweekday() < 6 and not is_holiday(line.day) and 8 <= local(line).hour < 18
        in_hours = allocation.hours in (None, "all", "office" if is_office else "anw")
        is_excluded = bool(allocation.own_patients_excluded) and line.provider.sector == "gp"
        return in_hours and holds(allocation, line.day) and not is_excluded

    def holders(self, line: Line) -> dict[str, bool]:
        """Whom the line's region gives its function at it, and whether any allocation to them says its hours."""
        held: dict[str, bool] = {}
        for allocation in self.allocations.get((line.provider.region_code, line.tariff.function), ()):
            if self.holds_function(allocation, line):
                agb = allocation.provider_agb
                held[agb] = held.get(agb, False) or allocation.hours is not None
        return held

    @cached_property
    def contracts(self) -> dict[Hashable, list[Values]]:
        """Per provider that they are about, a network's members included, the lowest number first."""
        of_provider: dict[Hashable, list[Values]] = defaultdict(list)
        for contract in sorted(self.rows("contracts"), key=lambda values: values.contract_id):
            for agb in {contract.provider_agb or contract.network_agb, *members(contract)}:
                of_provider[agb].append(contract)
        return of_provider

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
