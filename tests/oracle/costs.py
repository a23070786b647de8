"""What a provider's year is settled on: its revenue, or its audited real costs under the Zvw."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from .door import Row
from .reference import Reference

BASIS_FILE = Path(__file__).parents[2] / "dbt/seeds/settlement_basis.csv"
REVENUE, COST = "revenue", "cost"


class Costs:
    """The basis of every provider's year, a parameter of its sector, and the costs that were delivered."""

    def __init__(self, delivered: Iterable[Row], reference: Reference) -> None:
        self._reference = reference
        self._audited: dict[tuple[str, int], int] = defaultdict(int)
        for values in (row.values for row in delivered):
            if (values.edition, values.legal_framework) == ("audited", "Zvw"):
                self._audited[(values.provider_agb, values.year)] += values.amount_cents
        with BASIS_FILE.open(encoding="utf-8", newline="") as file:
            self._parameters = [
                (row["sector"], date.fromisoformat(row["valid_from"]), row["basis"]) for row in csv.DictReader(file)
            ]

    def basis(self, agb: str, year: int) -> str:
        """As it stands on 1 January of the year."""
        provider = self._reference.providers.of_year(agb, year)
        known = [
            (since, basis)
            for sector, since, basis in self._parameters
            if provider and sector == provider.sector and since <= date(year, 1, 1)
        ]
        return max(known)[1] if known else REVENUE

    def cents(self, agb: str, year: int) -> int | None:
        """The costs that take the budget's place; null where revenue is the basis, or none are audited."""
        return self._audited.get((agb, year)) if self.basis(agb, year) == COST else None
