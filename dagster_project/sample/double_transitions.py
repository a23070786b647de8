"""The planted cases of R06, R07 and R08 on the edges of transition arrangements, and care that R07 exempts.

Each function puts one case, as in `double_funding`. What regions and an insurer agreed stands in `arrangements`.
"""

from __future__ import annotations

from collections.abc import Callable

from dagster_project.sample.arrangements import (
    AFTERCARE_INSURER,
    DAYS_AFTER_DEATH,
    DAYS_TO_WMO,
    days_after_admission,
)
from dagster_project.sample.cases import CaseBook

MORNING, NOON = 9 * 60, 12 * 60
OTHER_INSURER = "9002"


def _allowed(book: CaseBook, provider: int) -> int:
    """Days after admission that the provider's region still allows."""
    return days_after_admission(int(book.world.country.region[provider]))


def _case_manager_goes_on(book: CaseBook, number: int) -> None:
    """Declared as district nursing: on the first day of the indication, before admission, on the last day allowed."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("district_nursing", number)
    begin, admitted = ((day, None), (day - 100, None), (day - 100, day - _allowed(book, provider)))[number % 3]
    book.beside.indication(patient, "Wlz", begin, admitted=admitted)
    line = book.debit(provider, "DN003", patient, day, MORNING)
    book.nothing("case manager declared as district nursing inside a transition arrangement", line)


def _case_manager_too_long(book: CaseBook, number: int) -> None:
    """R06: the day after the last one that the region allows."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("district_nursing", number)
    admitted = day - _allowed(book, provider) - 1
    indication = book.beside.indication(patient, "Wlz", day - 100, admitted=admitted)
    line = book.debit(provider, "DN003", patient, day, MORNING)
    book.whole("R06", "case_manager_after_transition", line, counter_line=indication)


def _other_care_in_transition(book: CaseBook, number: int) -> None:
    """R06: nursing that the arrangement does not name, while nobody is admitted."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("district_nursing", number)
    indication = book.beside.indication(patient, "Wlz", day)
    line = book.debit(provider, "DN001", patient, day, MORNING)
    book.whole("R06", "care_that_no_arrangement_names", line, counter_line=indication)


def _after_death(book: CaseBook, number: int, insurer: str, died: int) -> tuple[dict, str]:
    """Aftercare for who cared for a patient that was admitted long before."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("district_nursing", number)
    indication = book.beside.indication(patient, "Wlz", day - 400, admitted=day - 300, died=day - died)
    line = book.debit(provider, "DN003", patient, day, MORNING, insurer_uzovi=insurer)
    return line, indication


def _aftercare(book: CaseBook, number: int) -> None:
    line, _ = _after_death(book, number, AFTERCARE_INSURER, (0, DAYS_AFTER_DEATH)[number % 2])
    book.nothing("aftercare inside the arrangement of an insurer", line)


def _no_aftercare(book: CaseBook, number: int) -> None:
    """R06: at another insurer, later, or before the death."""
    insurer, died = ((OTHER_INSURER, 0), (AFTERCARE_INSURER, DAYS_AFTER_DEATH + 1), (AFTERCARE_INSURER, -1))[number % 3]
    line, indication = _after_death(book, number, insurer, died)
    book.whole("R06", "aftercare_outside_its_arrangement", line, counter_line=indication)


def _exempt_consultation(book: CaseBook, number: int) -> None:
    patient, day = next(book.patients), book.day(number)
    book.beside.indication(patient, "Wlz", day - 30, treatment=True)
    line = book.debit(book.provider("acute_ggz", number), "GG003", patient, day, MORNING)
    book.nothing("consultation that the social domain asks for beside treatment", line)


def _practice_goes_on(book: CaseBook, number: int) -> None:
    """A case manager of a practice, beside an indication with treatment and nobody admitted."""
    patient, day = next(book.patients), book.day(number)
    book.beside.indication(patient, "Wlz", day - 30, treatment=True)
    line = book.debit(book.provider("gp", number), "GP003", patient, day, MORNING)
    book.nothing("case manager of a practice inside a transition arrangement", line)


def _practice_too_long(book: CaseBook, number: int) -> None:
    """R07."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("gp", number)
    admitted = day - _allowed(book, provider) - 1
    indication = book.beside.indication(patient, "Wlz", day - 60, treatment=True, admitted=admitted)
    line = book.debit(provider, "GP003", patient, day, MORNING)
    book.whole("R07", "case_manager_after_transition", line, counter_line=indication)


def _managed_by_two_laws(book: CaseBook, number: int, admitted: int) -> list[dict]:
    """A case manager under the Zvw, and the day after under the Wlz."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("gp", number)
    book.beside.indication(patient, "Wlz", day - 60, admitted=day - _allowed(book, provider) - admitted)
    return [
        book.debit(provider, "GP003", patient, on, MORNING, legal_framework=law)
        for on, law in ((day, "Zvw"), (day + 1, "Wlz"))
    ]


def _two_laws_in_transition(book: CaseBook, number: int) -> None:
    """The first of the two on the last day allowed."""
    book.nothing("case manager inside the transition period", *_managed_by_two_laws(book, number, 0))


def _two_laws_after(book: CaseBook, number: int) -> None:
    """R08: one day later."""
    book.twice("R08", "case_manager_after_transition", _managed_by_two_laws(book, number, 1))


def _to_wmo(days: int) -> Callable[[CaseBook, int], list[dict]]:
    """Nursing under the Zvw so many days after an indication under the Wmo, and the day after under that one."""

    def case(book: CaseBook, number: int) -> list[dict]:
        patient, day, provider = next(book.patients), book.day(number), book.provider("district_nursing", number)
        book.beside.indication(patient, "Wmo", day - days)
        return [
            book.debit(provider, "DN001", patient, on, NOON, legal_framework=law)
            for on, law in ((day, "Zvw"), (day + 1, "Wmo"))
        ]

    return case


def _to_wmo_in_time(book: CaseBook, number: int) -> None:
    book.nothing("nursing inside the transition from an indication", *_to_wmo(DAYS_TO_WMO)(book, number))


def _to_wmo_too_late(book: CaseBook, number: int) -> None:
    """R08: the day after the last one allowed."""
    book.twice("R08", "nursing_after_transition", _to_wmo(DAYS_TO_WMO + 1)(book, number))


TRANSITION_CASES: tuple[Callable[[CaseBook, int], None], ...] = (
    _case_manager_goes_on, _case_manager_too_long, _other_care_in_transition, _aftercare, _no_aftercare,
    _exempt_consultation, _practice_goes_on, _practice_too_long, _two_laws_in_transition, _two_laws_after,
    _to_wmo_in_time, _to_wmo_too_late,
)  # fmt: skip
