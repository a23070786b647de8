"""The book in which planted declarations are written: lines of patients who have no other care, and what is expected.

Which cases there are stands in `double_funding` and its neighbours; this is how one is put down. What they need of
the other feeds goes through `beside`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import polars as pl

from dagster_project.sample.care import World
from dagster_project.sample.companion_rows import Beside
from dagster_project.sample.days import dates, instants, is_working_day
from dagster_project.sample.declaration_rows import COLUMNS
from dagster_project.sample.ground_truth import Finding, NoFinding, Planted
from dagster_project.sample.random_streams import spread
from dagster_project.sample.reference import texts

Line = dict


@dataclass
class CaseBook:
    """Planted lines, and the findings they must give."""

    world: World
    planted: Planted
    lines: list[Line] = field(default_factory=list)
    serial: Iterator[int] = field(default_factory=lambda: count(1))
    patients: Iterator[int] = field(init=False)
    beside: Beside = field(init=False)

    def __post_init__(self) -> None:
        self.patients = count(self.world.patients.spare_begin)
        self.beside = Beside(self.world)

    def day(self, salt: int) -> int:
        """A day of care, with two more days after it."""
        return self.day_within(salt, 0, self.world.calendar.count - 2)

    def day_within(self, salt: int, first: int, end: int) -> int:
        """A day of care from `first` up to, not including, `end`."""
        return first + int(float(spread(1, salt)[0]) * (end - first))

    def working_day(self, salt: int) -> int:
        """A day of care that is no weekend and no holiday, if the sample has one."""
        days = [day for day in range(self.world.calendar.count - 2) if is_working_day(self.world.calendar.date(day))]
        return days[int(float(spread(1, salt)[0]) * len(days))]

    def provider(self, sector: str, number: int) -> int:
        """One of a sector's providers, by number."""
        providers = self.world.country.of_sector(sector)
        return int(providers[number % len(providers)])

    def elsewhere(self, provider: int) -> int:
        """The coordination organisation of another region than the provider's."""
        region = int(self.world.country.region[provider])
        centres = self.world.country.of_sector("zco")
        return int(centres[(region + 1) % len(centres)])

    def provider_with_own(self, sector: str, code: str, number: int) -> int:
        """One of a sector's providers that has a tariff of its own for `code`, by number."""
        providers = self.world.country.of_sector(sector)
        owners = providers[self.world.prices.own[providers, self.world.prices.codes.index(code)] >= 0]
        return int(owners[number % len(owners)])

    def tariff(self, provider: int, code: str, day: int) -> int:
        """The tariff in force for one, in cents."""
        return int(self.world.prices.unit([provider], [self.world.prices.codes.index(code)], [day])[0])

    def debit(self, provider: int, code: str, patient: int, day: int, minutes: int, **changes) -> Line:
        """A debit `minutes` after the local midnight of `day`, at its tariff unless `changes` says otherwise."""
        started = int(self.world.calendar.midnights[day]) + 60 * minutes
        on = int(self.world.calendar.local_day(started))
        quantity = changes.get("quantity", 1)
        return self._put(
            {
                "declaration_id": f"P{next(self.serial):07d}",
                "debit_credit": "D",
                "corrects_declaration_id": None,
                "provider_agb": self.world.country.agb(provider),
                "insurer_uzovi": texts("insurers", "uzovi")[self.world.patients.insurer[patient]],
                "patient_key": int(self.world.patients.number_bsn[patient]),
                "birth_year": 1950 + patient % 60,
                "performance_code": code,
                "service_start": started,
                "service_end": started + 900,
                "episode_id": None,
                "quantity": quantity,
                "amount_cents": self.tariff(provider, code, on) * quantity,
                "legal_framework": "Zvw",
                "declared_on": on,
                "delivery": min(on + 1 + next(self.serial) % 4, self.world.calendar.count - 1),
            }
            | changes
        )

    def credit(self, debit: Line, **changes) -> Line:
        """A credit that takes `debit` back, exactly unless `changes` says otherwise."""
        copied = {
            "declaration_id": f"P{next(self.serial):07d}",
            "debit_credit": "C",
            "corrects_declaration_id": debit["declaration_id"],
            "delivery": min(debit["delivery"] + 1, self.world.calendar.count - 1),
        }
        return self._put(debit | copied | changes)

    def _put(self, line: Line) -> Line:
        self.lines.append(line)
        return line

    def found(
        self, rule: str, variant: str, later: Line, counters: list[Line], disputed: int, at_risk: int, **other_side
    ) -> None:
        """A finding of a declaration; `other_side` may set the fields of the planted one that are not said here."""
        final = max(line["delivery"] for line in [later, *counters])
        finding = {
            "rule": rule,
            "variant": variant,
            "provider_agb": later["provider_agb"],
            "declaration_id": later["declaration_id"],
            "counter_ids": [line["declaration_id"] for line in counters],
            "counter_provider_agbs": [line["provider_agb"] for line in counters],
            "disputed_cents": 0 if other_side.get("exception_id") else disputed,
            "at_risk_cents": at_risk,
            "final_delivery": self.world.calendar.date(final).isoformat(),
            "status": "accepted" if other_side.get("exception_id") else "open",
        }
        self.planted.findings.append(Finding(**(finding | other_side)))

    def twice(self, rule: str, variant: str, lines: list[Line], **other_side) -> None:
        """The last of `lines`, as the rules order two sides, is disputed in full, against the others."""
        *earlier, later = sorted(lines, key=order)
        self.found(rule, variant, later, earlier, later["amount_cents"], later["amount_cents"], **other_side)

    def whole(self, rule: str, variant: str, line: Line, **other_side) -> None:
        """`line` is disputed in full, against no declaration."""
        self.found(rule, variant, line, [], line["amount_cents"], line["amount_cents"], **other_side)

    def signal(self, rule: str, variant: str, later: Line, counters: list[Line], **other_side) -> None:
        """All of `later` is at risk, and none of it disputed."""
        self.found(rule, variant, later, counters, 0, later["amount_cents"], **other_side)

    def signal_line(self, rule: str, variant: str, agb: str, line: str, at_risk: int, day: int, **other_side) -> None:
        """A signal about a line of another feed, delivered by `day`."""
        finding = {
            "rule": rule,
            "variant": variant,
            "provider_agb": agb,
            "declaration_id": None,
            "counter_ids": [],
            "counter_provider_agbs": [],
            "disputed_cents": 0,
            "at_risk_cents": at_risk,
            "final_delivery": self.world.calendar.date(day).isoformat(),
            "line": line,
            "status": "accepted" if other_side.get("exception_id") else "open",
        }
        self.planted.findings.append(Finding(**(finding | other_side)))

    def nothing(self, kind: str, *lines: Line) -> None:
        named = [(line["provider_agb"], line["declaration_id"]) for line in lines]
        self.planted.no_findings.append(NoFinding(kind, named))

    def nothing_of(self, kind: str, agb: str, line: str) -> None:
        self.planted.no_findings.append(NoFinding(kind, [], [(agb, line)]))

    def frame(self) -> pl.DataFrame:
        """The lines in the feed's columns, with `delivery` (day index)."""
        rows = pl.DataFrame(self.lines, infer_schema_length=None)
        return rows.with_columns(
            pl.col("delivery").cast(pl.Int64),
            instants(rows["service_start"].to_numpy()).alias("service_start"),
            instants(rows["service_end"].to_numpy()).alias("service_end"),
            dates(self.world.calendar, rows["declared_on"].to_numpy()).alias("declared_on"),
        ).select("delivery", *COLUMNS)


def order(line: Line) -> tuple:
    """The order in which the later of two declarations is told."""
    return line["service_start"], line["declared_on"], line["provider_agb"], line["declaration_id"]
