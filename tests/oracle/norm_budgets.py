"""R13: the norm budget of GP out-of-hours services (NZa, advice of 5 March 2024, section 4.3.2).

The norm, 100 %, is an amount per inhabitant × inhabitants of the service area. A budget may be 110 % of it, and more
only by substitution with an agreement for it whose cost falls away elsewhere.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from .door import Values
from .evidence import Evidence, grouped, overlaps, year_of
from .finding import Finding

PARAMETERS = Path(__file__).parents[2] / "dbt" / "seeds" / "double_funding_parameter.csv"
HIGHEST = Decimal("1.10")


def norm_budgets(evidence: Evidence) -> Iterator[Finding]:
    """A finding per budget with more above 110 % of its norm than agreed substitution that falls away elsewhere."""
    of_year = grouped(evidence.in_force(), lambda pair: (pair[0].provider_agb, pair[0].year))
    for (agb, year), pairs in of_year.items():
        lines, provider = [line for line, _ in pairs], pairs[0][1]
        norm = _norm_cents(evidence, agb, year)
        if provider.sector != "hap" or norm is None:
            continue
        above = sum(line.amount_cents for line in lines) - int((norm * HIGHEST).quantize(Decimal(1), ROUND_HALF_EVEN))
        explained = min(_agreed_cents(evidence, lines), _decrease_cents(evidence, provider.region_code, year))
        if above > explained:
            yield Finding(
                "R13",
                agb,
                year_of(year),
                risk_cents=above - explained,
                budget_line=f"{year}/{lines[0].edition}",
                sector="hap",
                region_code=provider.region_code,
            )


def _norm_cents(evidence: Evidence, agb: str, year: int) -> Decimal | None:
    """The amount of the year × the inhabitants of all areas that the provider serves; nothing if one is unknown."""
    amount = _amount_per_inhabitant(date(year, 1, 1))
    counted = {(row.year, row.region_code, row.area): row.inhabitants for row in evidence.rows("population")}
    served = [
        counted.get((year, row.region_code, row.area))
        for row in evidence.rows("service_areas")
        if (row.provider_agb, row.year) == (agb, year)
    ]
    if amount is None or not served or None in served:
        return None
    return amount * sum(served)


def _amount_per_inhabitant(day: date) -> Decimal | None:
    with PARAMETERS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["parameter"] == "hap_norm_cents_per_inhabitant"]
    known = [row for row in rows if date.fromisoformat(row["valid_from"]) <= day]
    return Decimal(max(known, key=lambda row: row["valid_from"])["value"]) if known else None


def _agreed_cents(evidence: Evidence, lines: list[Values]) -> int:
    """Substitution for which the provider has a contract in that year that the line's parameter names."""
    return sum(
        line.amount_cents
        for line in lines
        if line.component == "substitution"
        and line.amount_cents > 0
        and any(
            contract.contract_id in re.findall("[A-Za-z0-9_-]+", line.parameter)
            for contract in evidence.contracts.get(line.provider_agb, ())
            if contract.provider_agb == line.provider_agb and overlaps(contract, *year_of(line.year))
        )
    )


def _decrease_cents(evidence: Evidence, region: str, year: int) -> int:
    """What the substitutions of providers of other sectors take out of their budgets."""
    falling: dict[str, int] = {}
    for line, holder in evidence.in_force():
        is_elsewhere = holder.sector != "hap" and (holder.region_code, line.year) == (region, year)
        if is_elsewhere and line.component == "substitution":
            falling[line.provider_agb] = falling.get(line.provider_agb, 0) + line.amount_cents
    return -sum(cents for cents in falling.values() if cents < 0)
