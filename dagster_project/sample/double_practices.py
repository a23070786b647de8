"""The planted cases of rule R05 at general practices, which may keep access for patients of their own."""

from __future__ import annotations

from collections.abc import Callable

from dagster_project.sample.allocations import HOURS_NOT_SAID, OUT_OF_HOURS, OWN_PATIENTS, first_of, held_since
from dagster_project.sample.cases import CaseBook, Line

NOON = 12 * 60
EXCLUDED = [region for region, said in OWN_PATIENTS.items() if said == "true"]


def _declared_in(book: CaseBook, number: int, region: int) -> Line:
    country = book.world.country
    practices = country.sectors.index("gp")
    practice = int(country.begin[practices, region] + number % country.number[practices, region])
    return book.debit(practice, "GP004", next(book.patients), book.day(number), NOON)


def _not_excluded(book: CaseBook, number: int) -> None:
    """Where nobody says that practices keep their own patients, or that they do not, it is theirs no longer."""
    regions = [
        region
        for region in range(len(book.world.country.regions))
        if region not in (*EXCLUDED, *HOURS_NOT_SAID, *OUT_OF_HOURS)
    ]
    region = regions[number % len(regions)]
    line, zco = _declared_in(book, number, region), first_of(book.world, "zco", region)
    held = f"allocation/{book.world.country.regions[region]}/patient_access/{zco}/{held_since(book.world.calendar)}"
    variant = "own_patients_not_excluded" if region in OWN_PATIENTS else "own_patients_not_said"
    book.whole("R05", variant, line, counter_provider_agbs=[zco], counter_line=held)


def _excluded(book: CaseBook, number: int) -> None:
    line = _declared_in(book, number, EXCLUDED[number % len(EXCLUDED)])
    book.nothing("a practice's own patients, whom the allocation excludes", line)


PRACTICE_CASES: tuple[Callable[[CaseBook, int], None], ...] = (_not_excluded, _excluded)
