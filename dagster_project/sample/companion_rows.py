"""What planted cases need of the other feeds: indications, contacts, contracts, budget lines, payments, exceptions.

Rows are text as delivered, kept per feed and delivery date until that feed's file is written; contacts are kept apart,
since their files are made from a typed table.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

import polars as pl

from dagster_project.sample.budgets import representing
from dagster_project.sample.care import World
from dagster_project.sample.contacts import COLUMNS as CONTACT_COLUMNS
from dagster_project.sample.contract_parameters import sound_parameters
from dagster_project.sample.days import instants

INSTANTS = ("offered_at", "answered_at", "triage_ended_at", "placed_at")


@dataclass
class Beside:
    """Planted rows of other feeds by feed and day (index); `cleared` is what of budgets was cleared, per region."""

    world: World
    rows: dict[tuple[str, int], list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    contacts: list[dict[str, Any]] = field(default_factory=list)
    cleared: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    serial: Any = field(default_factory=lambda: count(1))

    @property
    def budget_year(self) -> int:
        """The year that planted budget lines are of: the sample's last, whose agreed edition stays in force."""
        return self.world.calendar.years[-1]

    @property
    def budget_day(self) -> int:
        """The delivery date (index) of that year's budgets."""
        return self.world.calendar.first_in_year(self.budget_year)

    def indication(
        self,
        patient: int,
        framework: str,
        begin: int,
        end: int | None = None,
        *,
        treatment: bool = False,
        admitted: int | None = None,
        died: int | None = None,
    ) -> str:
        """An indication from day `begin` to `end` (indexes, also before the sample), with the days of admission and
        of death if there are; gives its line."""
        since = self._date(begin)
        self.rows["legal_indications", 0].append(
            {
                "patient_key": str(self.world.patients.number_bsn[patient]),
                "framework": framework,
                "with_treatment": "true" if treatment else "false",
                "valid_from": since,
            }
            | {
                name: self._date(day)
                for name, day in (("valid_to", end), ("admitted_on", admitted), ("died_on", died))
                if day is not None
            }
        )
        return f"indication/{framework}/{since}"

    def contract(
        self,
        provider: int,
        form: str,
        scope: str,
        days: tuple[int, int | None],
        parameters: dict | None = None,
        **more: str,
    ) -> str:
        """A contract of days (indexes, first and last or open) with sound parameters of its form, or these; gives its
        line.

        `more` may name insurer and provider, or a network in place of the provider.
        """
        number = f"PK{next(self.serial):06d}"
        begin, end = days
        years = range(self._day(begin).year, self._day(begin if end is None else end).year + 1)
        given = sound_parameters(form, years) if parameters is None else parameters
        party = {} if "network_agb" in more else {"provider_agb": self.world.country.agb(provider)}
        self.rows["contracts", 0].append(
            {"contract_id": number, "form": form, "scope": scope, "valid_from": self._date(begin),
             "parameters": json.dumps(given)} | ({} if end is None else {"valid_to": self._date(end)}) | party | more
        )  # fmt: skip
        return f"contract/{number}"

    def exception(self, rule: str, agb: str, begin: int, end: int, patient: int | None = None, **more: str) -> str:
        """An approved exception from day `begin` to `end` (indexes); gives its number."""
        number = f"PX{next(self.serial):06d}"
        bsn = {} if patient is None else {"patient_key": str(self.world.patients.number_bsn[patient])}
        self.rows["exceptions", 0].append(
            {"exception_id": number, "rule": rule, "provider_agb": agb, "valid_from": self._date(begin),
             "valid_to": self._date(end), "approved_by": "Regional table", "reason": "Agreed beforehand"}
            | bsn | more
        )  # fmt: skip
        return number

    def budget_line(self, provider: int, component: str, parameter: str, price: int, **more: str) -> str:
        """One line of the budgets of `budget_year`, requested and agreed, of quantity 1 (-1 where `price` is below
        zero), at 100 per cent unless `more` gives percentage and amount; gives the line of the agreed edition."""
        country = self.world.country
        return self.budget_line_of(
            country.agb(provider), int(country.region[provider]), component, parameter, price, **more
        )

    def budget_line_of(self, agb: str, region: int, component: str, parameter: str, price: int, **more: str) -> str:
        """The same for any AGB of a region."""
        first, second = representing(region)
        row = {
            "provider_agb": agb,
            "year": str(self.budget_year),
            "component": component,
            "parameter": parameter,
            "quantity": "1.0000" if price >= 0 else "-1.0000",
            "unit_price_cents": str(abs(price)),
            "amount_cents": str(price),
            "representing_uzovi_1": first,
            "representing_uzovi_2": second,
            "legal_framework": "Zvw",
        }
        for edition in ("requested", "agreed"):
            self.rows["budgets", self.budget_day].append(row | {"edition": edition} | more)
        return f"{self.budget_year}/agreed/{component}/{parameter}"

    def payment(self, agb: str, uzovi: str, kind: str, cents: int, debit_credit: str = "D", before: int = 0) -> str:
        """A payment on the first day, or `before` days earlier; gives its line."""
        number = f"PP{next(self.serial):06d}"
        paid_on = self.world.calendar.first - timedelta(days=before)
        self.rows["payments", 0].append(
            {"payment_id": number, "provider_agb": agb, "insurer_uzovi": uzovi, "paid_on": paid_on.isoformat(),
             "for_year": str(self.world.calendar.first.year), "kind": kind, "debit_credit": debit_credit,
             "amount_cents": str(cents)}
        )  # fmt: skip
        return f"payment/{number}"

    def invoice(self, network: str, member: str, day: int, cents: int, *, client_bound: bool = True) -> str:
        """A member's invoice over the calendar month of a day (index); gives its line."""
        number, begin = f"PI{next(self.serial):06d}", self.world.calendar.date(day).replace(day=1)
        end = (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        self.rows["network_costs", self.invoiced_on(day)].append(
            {"invoice_id": number, "network_agb": network, "member_agb": member, "period_start": begin.isoformat(),
             "period_end": end.isoformat(), "staff_hours": "0.50", "wage_cost_cents": str(cents),
             "client_bound": "true" if client_bound else "false"}
        )  # fmt: skip
        return f"invoice/{number}"

    def invoiced_on(self, day: int) -> int:
        """The day (index) on which a month is invoiced: the first of the next one, or the last such day there is."""
        days = monthly(self.world)
        return next((index for index in days if index > day), days[-1])

    def contact(self, provider: int, patient: int, episode: str, offered: int, delivery: int) -> None:
        """A call answered after half a minute and triaged, at an instant (UTC s), that ended at the post itself."""
        self.contacts.append(
            {
                "delivery": delivery,
                "contact_id": f"P{next(self.serial):07d}",
                "provider_agb": self.world.country.agb(provider),
                "caller": "patient",
                "line": "regular",
                "offered_at": offered,
                "answered_at": offered + 30,
                "triage_ended_at": offered + 240,
                "urgency": "U3",
                "multidisciplinary": False,
                "disposition": "hap",
                "placed_at": None,
                "placement_calls": None,
                "standard_message": None,
                "episode_id": episode,
                "patient_key": str(self.world.patients.number_bsn[patient]),
            }
        )

    def contact_frame(self) -> pl.DataFrame:
        """The planted contacts in the feed's columns, with `delivery` (day index)."""
        rows = pl.DataFrame(self.contacts, infer_schema_length=None)
        made = [instants(rows[name].fill_null(0).to_numpy()).alias(name) for name in INSTANTS[:3]]
        empty = [
            pl.lit(None, pl.Datetime("us", "UTC")).alias("placed_at"),
            pl.lit(None, pl.Int64).alias("placement_calls"),
            pl.lit(None, pl.Boolean).alias("standard_message"),
        ]
        return rows.with_columns(*made, *empty).select("delivery", *CONTACT_COLUMNS)

    def taken(self, feed: str, day: int) -> list[dict[str, str]]:
        """The rows for one file, which are then no longer kept."""
        return self.rows.pop((feed, day), [])

    def _date(self, index: int) -> str:
        return self._day(index).isoformat()

    def _day(self, index: int) -> date:
        return self.world.calendar.date(index)


def monthly(world: World) -> list[int]:
    """The days (indexes) on which monthly feeds are delivered: the first one, and the first of each month."""
    calendar = world.calendar
    return [index for index in range(calendar.count) if index == 0 or calendar.date(index).day == 1]
