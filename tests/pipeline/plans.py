"""What a test does about the findings of random rows: which declarations it credits, which findings it excepts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from oracle import compute, tiny, tiny_records
from oracle.row_rules import local_day
from oracle.worlds import Rows
from oracle.writing import Record

Named = tuple[str, str]  # provider, declaration


@dataclass(frozen=True)
class Plan:
    """Declarations to credit, and findings to except as rule and declaration; `places` are patient and local day."""

    credits: set[Named]
    exceptions: set[tuple[str, Named]]
    places: dict[Named, tuple[str, date]]

    @classmethod
    def of(cls, landing: Path, key: str, random: Random) -> Plan:
        """Credits every later side on which no other finding rests; excepts half of the open hard findings."""
        expected = compute(landing, key=key)
        hard = {
            (rule, (agb, declaration)): (row["counter_provider_agb"], row["counter_declaration_id"])
            for (rule, agb, declaration, _), row in expected["integrity.double_funding_finding"].items()
            if row["severity"] == "hard" and row["status"] == "open" and rule != "R03"
        }
        declared = expected["finance.declaration"]
        last = {row["patient_key"]: place for place, row in sorted(declared.items(), key=_order)}
        credits = {place for _, place in hard if place in last.values() and place not in hard.values()}
        places = {place: (row["patient_key"], local_day(row["service_start"])) for place, row in declared.items()}
        return cls(credits, set(random.sample(sorted(hard), len(hard) // 2)), places)

    def with_credits(self, rows: Rows) -> Rows:
        debits = _by_place(rows)
        credits = [
            tiny.credit(f"credit-{number}", debits[place], declared_on="2026-02-28")
            for number, place in enumerate(sorted(self.credits))
        ]
        return rows | {"declarations": rows["declarations"] + credits}

    def with_exceptions(self, rows: Rows) -> Rows:
        debits = _by_place(rows)
        exceptions = [
            tiny_records.exception(
                f"planned-{number}",
                rule,
                provider_agb=place[0],
                patient_key=debits[place]["patient_key"],
                valid_from=self.places[place][1],
                valid_to=self.places[place][1],
            )
            for number, (rule, place) in enumerate(sorted(self.exceptions))
        ]
        return rows | {"exceptions": rows["exceptions"] + exceptions}

    def excepted(self) -> set[tuple[str, Named]]:
        """The planned exceptions cover every declaration of that rule, provider, patient and day."""
        covered = {(rule, place[0], *self.places[place]) for rule, place in self.exceptions}
        return {
            (rule, place)
            for place, of in self.places.items()
            for rule, agb, *about in covered
            if (agb, *about) == (place[0], *of)
        }


def _order(item: tuple[Named, dict[str, object]]) -> tuple:
    """In the order of care, credits first: they are no later side."""
    place, row = item
    return (row["debit_credit"] == "D", row["service_start"], row["declared_on"], place)


def _by_place(rows: Rows) -> dict[Named, Record]:
    return {(row["provider_agb"], row["declaration_id"]): row for row in rows["declarations"]}
