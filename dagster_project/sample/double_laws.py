"""The planted cases of rules R06, R07 and R08 (care under two laws) and of approved exceptions, with their neighbours.

Each function puts one case, as in `double_funding`, with the patient's indication beside its declarations. Care on
the edges of a transition arrangement stands in `double_transitions`.
"""

from __future__ import annotations

from collections.abc import Callable

from dagster_project.sample.cases import CaseBook

WELL_PAST = 43
MORNING, NOON = 9 * 60, 12 * 60
NURSED = (("district_nursing", "DN001", "Zvw"), ("elv", "EL001", "Zvw"), ("district_nursing", "DN001", "Wmo"))
TREATED = (("gp", "GP001"), ("pharmacy", "PH001"), ("maternity", "MA001"), ("acute_ggz", "GG001"))
TWO_LAWS = (("acute_ggz", "GG001", "Wlz"), ("zco", "ZC003", "Wlz"), ("district_nursing", "DN001", "Wmo"))


# R06 and R07: care beside an indication for long-term care.


def _nursed_at_home(book: CaseBook, number: int) -> None:
    """R06; at times on the first or the last day of the indication."""
    patient, day = next(book.patients), book.day(number)
    sector, code, framework = NURSED[number % 3]
    begin, end, variant = ((day - 100, None, "open"), (day, None, "first_day"), (day - 9, day, "last_day"))[number % 3]
    indication = book.beside.indication(patient, "Wlz", begin, end, treatment=number % 2 == 0)
    line = book.debit(book.provider(sector, number), code, patient, day, MORNING, legal_framework=framework)
    book.whole("R06", variant, line, counter_line=indication)


def _treated(book: CaseBook, number: int) -> None:
    """R07."""
    patient, day = next(book.patients), book.day(number)
    sector, code = TREATED[number % 4]
    indication = book.beside.indication(patient, "Wlz", day - 30, treatment=True)
    line = book.debit(book.provider(sector, number), code, patient, day, MORNING)
    book.whole("R07", sector, line, counter_line=indication)


def _indication_apart(book: CaseBook, number: int) -> None:
    patient, day = next(book.patients), book.day(number)
    begin, end = ((day - 50, day - 1), (day + 1, None))[number % 2]
    book.beside.indication(patient, "Wlz", begin, end, treatment=True)
    lines = [
        book.debit(book.provider(sector, number), code, patient, day, minutes)
        for (sector, code), minutes in zip((("elv", "EL001"), ("gp", "GP001")), (MORNING, NOON), strict=True)
    ]
    book.nothing("care before or after an indication", *lines)


def _paid_by_wlz(book: CaseBook, number: int) -> None:
    patient, day = next(book.patients), book.day(number)
    book.beside.indication(patient, "Wlz", day - 50, treatment=True)
    sector, code = (("district_nursing", "DN001"), ("gp", "GP001"))[number % 2]
    line = book.debit(book.provider(sector, number), code, patient, day, MORNING, legal_framework="Wlz")
    book.nothing("care beside an indication that the same law pays", line)


def _not_treated(book: CaseBook, number: int) -> None:
    patient, day = next(book.patients), book.day(number)
    book.beside.indication(patient, "Wlz", day - 50, treatment=False)
    sector, code = TREATED[number % 4]
    line = book.debit(book.provider(sector, number), code, patient, day, MORNING)
    book.nothing("treatment beside an indication without treatment", line)


def _nursed_and_credited(book: CaseBook, number: int) -> None:
    patient, day = next(book.patients), book.day(number)
    book.beside.indication(patient, "Wlz", day - 50)
    line = book.debit(book.provider("district_nursing", number), "DN001", patient, day, MORNING)
    book.nothing("a debit and its own credit", line, book.credit(line))


# R08: two laws.


def _two_laws(book: CaseBook, number: int) -> None:
    """Since long, and in what no arrangement allows so late."""
    patient, day = next(book.patients), book.day(number)
    sector, code, law = TWO_LAWS[number % 3]
    book.beside.indication(patient, law, day - WELL_PAST - 30 * (number % 2))
    provider = book.provider(sector, number)
    first, second = ("Zvw", law) if number % 2 else (law, "Zvw")
    lines = [
        book.debit(provider, code, patient, on, NOON, legal_framework=framework)
        for on, framework in ((day, first), (day + 1, second))
    ]
    book.twice("R08", code, lines)


# Approved exceptions.


def _accepted(book: CaseBook, number: int) -> None:
    """R06 under an exception for the patient; its first or last day is that of the care, or it is longer."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("district_nursing", number)
    indication = book.beside.indication(patient, "Wlz", day - 50)
    begin, end = ((day, day), (day - 20, day), (day, day + 20))[number % 3]
    accepted = book.beside.exception("R06", book.world.country.agb(provider), begin, end, patient)
    line = book.debit(provider, "DN001", patient, day, MORNING)
    book.whole("R06", "accepted", line, counter_line=indication, exception_id=accepted)


def _accepted_pair(book: CaseBook, number: int) -> None:
    """R04 under an exception that names both providers, in either order."""
    patient, day = next(book.patients), book.day(number)
    lines = [
        book.debit(book.elsewhere(book.provider("hap", number)), "ZC001", patient, day, MORNING),
        book.debit(book.provider("hap", number), "HA003", patient, day, NOON),
    ]
    one, other = (line["provider_agb"] for line in (lines if number % 2 else reversed(lines)))
    accepted = book.beside.exception("R04", one, day - 5, day + 5, patient, counter_provider_agb=other)
    book.twice("R04", "accepted", lines, exception_id=accepted)


def _not_accepted(book: CaseBook, number: int) -> None:
    """R06 with an exception that is over, of another rule, provider or patient: it stays open."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("district_nursing", number)
    indication = book.beside.indication(patient, "Wlz", day - 50)
    own, other = (book.world.country.agb(book.provider("district_nursing", number + turn)) for turn in (0, 1))
    rule, agb, end, whose = (
        ("R06", own, day - 1, patient), ("R07", own, day, patient),
        ("R06", other, day, patient), ("R06", own, day, next(book.patients)),
    )[number % 4]  # fmt: skip
    book.beside.exception(rule, agb, day - 30, end, whose)
    line = book.debit(provider, "DN001", patient, day, MORNING)
    book.whole("R06", "exception_does_not_fit", line, counter_line=indication)


LAW_CASES: tuple[Callable[[CaseBook, int], None], ...] = (
    _nursed_at_home, _treated, _indication_apart, _paid_by_wlz, _not_treated, _nursed_and_credited,
    _two_laws, _accepted, _accepted_pair, _not_accepted,
)  # fmt: skip
