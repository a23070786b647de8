"""Who pays by law: insurers, care offices, municipalities or the state."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from .door import Row, Values
from .lines import Line
from .reference import Reference

PAYERS_FILE = Path(__file__).parents[2] / "dbt/seeds/law_payer.csv"
INSURER, STATE = "insurer", "state"


class Payers:
    """The payer of a declaration and of a budget line; which law has which payer is a parameter."""

    def __init__(self, allocations: Iterable[Row], reference: Reference) -> None:
        self._reference = reference
        self._contributed = [
            row.values for row in allocations if row.values.funding_source == "availability_contribution"
        ]
        with PAYERS_FILE.open(encoding="utf-8", newline="") as file:
            self._rows = [(row, date.fromisoformat(row["valid_from"])) for row in csv.DictReader(file)]

    def of_declaration(self, line: Line) -> str:
        """A credit is paid by who paid the debit that it takes back."""
        return self.of_law(line.legal_framework, line.attributed_to.provider.sector, line.month.year)

    def of_budget_line(self, line: Values) -> str:
        """The state's where the provider holds the function all year against an availability contribution."""
        held = [
            allocation
            for allocation in self._contributed
            if line.function is not None
            and (allocation.provider_agb, allocation.function) == (line.provider_agb, line.function)
        ]
        ends = (date(line.year, 1, 1), date(line.year, 12, 31))
        if all(any(_holds(allocation, day) for allocation in held) for day in ends):
            return STATE
        provider = self._reference.providers.of_year(line.provider_agb, line.year)
        return self.of_law(line.legal_framework, provider.sector if provider else None, line.year)

    def of_law(self, law: str, sector: str | None, year: int) -> str:
        """As it stands on 1 January; the sector's own row before the law's."""
        for wanted in (sector, None) if sector else (None,):
            rows = [
                (since, row["payer_kind"])
                for row, since in self._rows
                if row["legal_framework"] == law and (row["sector"] or None) == wanted and since <= date(year, 1, 1)
            ]
            if rows:
                return max(rows)[1]
        raise ValueError(f"nobody pays {law}")


def _holds(allocation: Values, day: date) -> bool:
    return allocation.valid_from <= day and (allocation.valid_to is None or allocation.valid_to >= day)
