"""What the tests of the catalogue of double funding have in common: a few providers, and findings in short."""

from __future__ import annotations

from pathlib import Path

from . import tiny
from .expected import Expected, compute
from .landings_reference import GP, HOSPITAL, NURSING, SECOND_ZCO, TARIFFS
from .tiny_records import NETWORK
from .writing import Record

PROVIDERS = [
    *tiny.reference()["providers"],
    tiny.provider(SECOND_ZCO, "zco", tiny.NOORD),
    tiny.provider(NURSING, "district_nursing", tiny.NOORD),
    tiny.provider(GP, "gp", tiny.NOORD),
    tiny.provider(HOSPITAL, "hospital", tiny.NOORD),
    tiny.provider(NETWORK, "network", tiny.NOORD),
]
NO_BUDGET = [tiny.budget(tiny.ZCO, "10", 10_000, function="supraregional")]


def expected_of(landing: Path, *declarations: Record, **feeds: list[Record]) -> Expected:
    """What must be published of these rows, beside providers of every sector and the tariffs of random landings."""
    rows = {"providers": PROVIDERS, "tariffs": list(TARIFFS), "budgets": NO_BUDGET} | feeds
    return compute(tiny.write_tiny(landing, declarations=list(declarations), **rows), key=tiny.KEY)


def found_by(expected: Expected, rule: str) -> dict[str, tuple]:
    """Declaration or line → counter declaration, counter line, euros at risk."""
    return {
        declaration_id or line: (
            row["counter_declaration_id"],
            row["counter_line"],
            str(row.get("amount_at_risk_eur")),
        )
        for (of, _, declaration_id, line), row in expected["integrity.double_funding_finding"].items()
        if of == rule
    }
