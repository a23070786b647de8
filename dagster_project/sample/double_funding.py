"""The planted cases of double funding, rules R01, R02, R03, R04 and R11, and their neighbours that must not be found.

Each function puts one case; `number` varies day, provider and variant. Every case has a patient of its own. The other
rules stand in `double_care`, `double_laws`, `double_transitions`, `double_contracts` and `double_practices`
(declarations), and in `double_lines` (budgets, payments, invoices); those of allocations in `double_titles`.
"""

from __future__ import annotations

from collections.abc import Callable

from dagster_project.sample.allocations import HOURS_NOT_SAID, OUT_OF_HOURS
from dagster_project.sample.care import World
from dagster_project.sample.cases import CaseBook, Line, order
from dagster_project.sample.double_care import CARE_CASES
from dagster_project.sample.double_contracts import CONTRACT_CASES
from dagster_project.sample.double_laws import LAW_CASES
from dagster_project.sample.double_lines import LINE_CASES, plant_budget_lines
from dagster_project.sample.double_practices import PRACTICE_CASES
from dagster_project.sample.double_titles import plant_titles
from dagster_project.sample.double_transitions import TRANSITION_CASES
from dagster_project.sample.ground_truth import Planted, planted_count

PER_KIND = 5
PAIRS = (("ZC001", "hap", "HA003"), ("ZC004", "rav", "AM005"), ("ZC001", "acute_ggz", "GG002"))
MORNING, NOON, LATE = 9 * 60, 12 * 60, 22 * 60 + 50


def plant_double_funding(world: World, planted: Planted, scale: float) -> CaseBook:
    """Puts every kind of case, and gives the book with their lines and what they need of other feeds."""
    book = CaseBook(world, planted)
    declared = (*CASES, *CARE_CASES, *LAW_CASES, *LINE_CASES, *TRANSITION_CASES, *CONTRACT_CASES, *PRACTICE_CASES)
    for kind, case in enumerate(declared):
        for number in range(planted_count(scale, PER_KIND)):
            case(book, number + 17 * kind)
    plant_budget_lines(book)
    plant_titles(book)
    return book


def _same_provider(book: CaseBook, number: int) -> None:
    """R01: one code twice on a local day; at times the same instant, or first and last minutes of the day."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("hap", number)
    variant = ("same_day", "same_instant", "ends_of_the_day")[number % 3]
    first, second = {"same_day": (MORNING, NOON), "same_instant": (NOON, NOON), "ends_of_the_day": (5, LATE)}[variant]
    lines = [book.debit(provider, "HA001", patient, day, minutes) for minutes in (first, second)]
    book.twice("R01", variant, lines)
    _one_contact(book, lines)


def _one_contact(book: CaseBook, lines: list[Line]) -> None:
    """R10 says of two consults at one post on one day what R01 says."""
    earlier, later = sorted(lines, key=order)
    book.signal("R10", "repeated_consult", later, [earlier])


def _above_two(book: CaseBook, number: int) -> None:
    """R01: three times what may be had twice a day."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("zco", number)
    lines = [book.debit(provider, "ZC002", patient, day, minutes) for minutes in (MORNING, NOON, NOON + 90)]
    book.twice("R01", "above_two", lines)


def _other_provider(book: CaseBook, number: int) -> None:
    """R02: one code at two providers on a local day."""
    patient, day = next(book.patients), book.day(number)
    sector, code = (("hap", "HA001"), ("zco", "ZC001"), ("hap", "HA003"))[number % 3]
    here, there = book.provider(sector, number), book.provider(sector, number + 1)
    lines = [book.debit(here, code, patient, day, MORNING), book.debit(there, code, patient, day, MORNING + 95)]
    book.twice("R02", code, lines)


def _both(book: CaseBook, number: int) -> None:
    """R01 and R02 name one declaration: here, there, and here again."""
    patient, day = next(book.patients), book.day(number)
    here, there = book.provider("hap", number), book.provider("hap", number + 5)
    first, second, third = (
        book.debit(provider, "HA001", patient, day, minutes)
        for provider, minutes in ((here, MORNING), (there, NOON), (here, NOON + 60))
    )
    book.twice("R02", "here_and_there", [first, second])
    book.twice("R01", "here_and_there", [first, third])
    book.twice("R02", "here_and_there", [second, third])
    _one_contact(book, [first, third])


def _credit_alone(book: CaseBook, number: int) -> None:
    """R03: the debit does not exist, or only under the same number at another provider."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("hap", number)
    debit = book.debit(provider, "HA002", patient, day, NOON)
    if number % 2:
        credit = book.credit(debit, provider_agb=book.world.country.agb(book.provider("hap", number + 1)))
        variant = "debit_of_another_provider"
    else:
        credit = book.credit(debit, corrects_declaration_id=f"NONE{number:05d}")
        variant = "no_debit"
    book.found("R03", variant, credit, [], 0, credit["amount_cents"])


def _credit_differs(book: CaseBook, number: int) -> None:
    """R03: another amount, insurer, patient, code or quantity than the debit's."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("hap", number)
    debit = book.debit(provider, "HA002", patient, day, NOON)
    other = int(book.world.patients.number_bsn[next(book.patients)])
    changes = (
        {"amount_cents": debit["amount_cents"] - 100},
        {"insurer_uzovi": "9017" if debit["insurer_uzovi"] != "9017" else "9016"},
        {"patient_key": other},
        {"performance_code": "HA001"},
        {"quantity": 2},
    )[number % 5]
    credit = book.credit(debit, **changes)
    book.found("R03", f"differs_in_{next(iter(changes))}", credit, [debit], 0, credit["amount_cents"])


def _second_credit(book: CaseBook, number: int) -> None:
    """R03: a debit is taken back twice; the first by declared_on counts."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("rav", number)
    debit = book.debit(provider, "I002", patient, day, NOON)
    counted = book.credit(debit)
    second = book.credit(debit, declared_on=debit["declared_on"] + 1, delivery=min(debit["delivery"] + 2, _last(book)))
    second["delivery"] = max(second["delivery"], second["declared_on"])
    book.found("R03", "second_credit", second, [debit, counted], 0, second["amount_cents"])


def _one_episode(book: CaseBook, number: int) -> None:
    """R04: one function in two sectors within an episode, more than a day apart."""
    _later_signalled(book, "episode", _pair(book, number, 30 * 60, f"PE{number:06d}", f"PE{number:06d}"))


def _in_window(book: CaseBook, number: int) -> None:
    """R04: one function in two sectors within 24 hours, where an episode is missing on one side or both."""
    first, second, variant = (
        (None, None, "window_no_episode"),
        (f"PW{number:06d}", None, "window_later_without_episode"),
        (None, f"PW{number:06d}", "window_earlier_without_episode"),
    )[number % 3]
    _later_signalled(book, variant, _pair(book, number, (45, 6 * 60, 20 * 60)[number % 3], first, second))


def _later_signalled(book: CaseBook, variant: str, lines: list[Line]) -> None:
    earlier, later = sorted(lines, key=order)
    book.signal("R04", variant, later, [earlier])


def _held_by_the_post(book: CaseBook, number: int, minutes: int, region: int) -> tuple[Line, Line]:
    """Triage at the GP post that holds it and at the coordination organisation of its region, in either order."""
    patient, day, country = next(book.patients), book.working_day(number), book.world.country
    post, centre = (int(country.begin[country.sectors.index(sector), region]) for sector in ("hap", "zco"))
    early, late = (minutes, minutes + 30) if number % 2 else (minutes + 30, minutes)
    held = book.debit(post, "HA003", patient, day, early)
    return held, book.debit(centre, "ZC001", patient, day, late)


def _not_given(book: CaseBook, number: int) -> None:
    """R04: what the coordination organisation declares is disputed, whichever came first; also out of hours where the
    post holds it then."""
    region, minutes = ((0, NOON), (OUT_OF_HOURS[0], LATE - 60))[number % 3 == 0]
    held, other = _held_by_the_post(book, number, minutes, region)
    book.found("R04", "held_by_the_post", other, [held], other["amount_cents"], other["amount_cents"])


def _hours_not_said(book: CaseBook, number: int) -> None:
    """R04: the same, a signal."""
    held, other = _held_by_the_post(book, number, NOON, HOURS_NOT_SAID[number % 2])
    book.signal("R04", "hours_not_said", other, [held])


def _in_other_hours(book: CaseBook, number: int) -> None:
    """R04: by day nobody holds it where the post holds it out of hours; a signal of the later one."""
    _later_signalled(book, "held_in_other_hours", [*_held_by_the_post(book, number, NOON, OUT_OF_HOURS[number % 2])])


def _pair(book: CaseBook, number: int, apart: int, first: str | None, second: str | None) -> list[Line]:
    """A function at the coordination organisation, and `apart` minutes later in another sector of another region."""
    patient, day = next(book.patients), book.day(number)
    code, sector, other = PAIRS[number % len(PAIRS)]
    return [
        book.debit(book.elsewhere(book.provider(sector, number)), code, patient, day, MORNING, episode_id=first),
        book.debit(book.provider(sector, number), other, patient, day, MORNING + apart, episode_id=second),
    ]


def _amount(sector: str, code: str, variant: str, change: Callable[[int], int], quantity: int = 1) -> Callable:
    """R11: an amount that breaks the tariff; the disputed part is what lies above what may be asked."""

    def case(book: CaseBook, number: int) -> None:
        patient, day, provider = next(book.patients), book.day(number), book.provider(sector, number)
        tariff = book.tariff(provider, code, day) * quantity
        ceiling = tariff * 11 // 10 if variant == "max_max" else tariff
        amount = change(ceiling)
        line = book.debit(provider, code, patient, day, NOON, amount_cents=amount, quantity=quantity)
        excess = max(amount - ceiling, 0)
        book.found("R11", variant, line, [], excess, excess)

    return case


def _national_tariff(book: CaseBook, number: int) -> None:
    """R11: a provider with a tariff of its own asks the national one."""
    patient, day, provider = next(book.patients), book.day(number), book.provider_with_own("hap", "HA001", number)
    code = book.world.prices.codes.index("HA001")
    national, own = int(book.world.prices.cents[code, day]), book.tariff(provider, "HA001", day)
    line = book.debit(provider, "HA001", patient, day, NOON, amount_cents=national)
    excess = max(national - own, 0)
    book.found("R11", "national_instead_of_own", line, [], excess, excess)


def _pair_apart(book: CaseBook, number: int) -> None:
    book.nothing("function pair over 24 hours apart", *_pair(book, number, 25 * 60, None, None))


def _different_episodes(book: CaseBook, number: int) -> None:
    lines = _pair(book, number, 5 * 60, f"PX{number:06d}", f"PY{number:06d}")
    book.nothing("function pair in different episodes", *lines)


def _pair_credited(book: CaseBook, number: int) -> None:
    first, second = _pair(book, number, 3 * 60, None, None)
    book.nothing("function pair of which one is credited", first, second, book.credit((first, second)[number % 2]))


def _repeat_credited(book: CaseBook, number: int) -> None:
    patient, day, provider = next(book.patients), book.day(number), book.provider("hap", number)
    first, second = (book.debit(provider, "HA001", patient, day, minutes) for minutes in (MORNING, NOON))
    book.nothing("same code twice of which one is credited", first, second, book.credit((first, second)[number % 2]))


def _amount_credited(book: CaseBook, number: int) -> None:
    patient, day, provider = next(book.patients), book.day(number), book.provider("hap", number)
    line = book.debit(provider, "HA001", patient, day, NOON, amount_cents=99_999)
    book.nothing("wrong amount that is credited", line, book.credit(line))


def _outpatient_visit(book: CaseBook, number: int) -> None:
    patient, day, provider = next(book.patients), book.day(number), book.provider("seh", number)
    at = {"190015": MORNING, "190007": NOON}
    lines = [book.debit(provider, code, patient, day, minutes) for code, minutes in at.items()]
    book.nothing("190015 beside an outpatient visit", *lines)


def _exactly_the_maximum(book: CaseBook, number: int) -> None:
    patient, day = next(book.patients), book.day(number)
    sector, code, times = (("district_nursing", "DN001", 4), ("zco", "ZC002", 2), ("pharmacy", "PH001", 5))[number % 3]
    provider = book.provider(sector, number)
    lines = [book.debit(provider, code, patient, day, MORNING + 100 * turn) for turn in range(times)]
    book.nothing("exactly max_per_day", *lines)


def _around_midnight(book: CaseBook, number: int) -> None:
    patient, day, provider = next(book.patients), book.day(number), book.provider("hap", number)
    until_midnight = int(book.world.calendar.day_seconds()[day]) // 60
    lines = [book.debit(provider, "HA001", patient, day, until_midnight + minutes) for minutes in (-5, 5)]
    book.nothing("same code on both sides of midnight", *lines)


def _one_sector(book: CaseBook, number: int) -> None:
    patient, day, provider = next(book.patients), book.day(number), book.provider("zco", number)
    lines = [book.debit(provider, "ZC001", patient, day, minutes) for minutes in (20 * 60, 34 * 60)]
    book.nothing("one function twice in one sector on two days", *lines)


def _last(book: CaseBook) -> int:
    return book.world.calendar.count - 1


CASES: tuple[Callable[[CaseBook, int], None], ...] = (
    _same_provider, _above_two, _other_provider, _both,
    _credit_alone, _credit_differs, _second_credit,
    _one_episode, _in_window, _not_given, _hours_not_said, _in_other_hours,
    _amount("hap", "HA001", "fixed_excess", lambda cents: cents + 1500),
    _amount("hap", "HA001", "fixed_below", lambda cents: cents - 700),
    _amount("rav", "I001", "fixed_excess_of_several", lambda cents: cents + 101, quantity=12),
    _amount("seh", "190015", "maximum", lambda cents: cents + 900),
    _amount("pharmacy", "PH001", "minimum", lambda cents: cents - 200),
    _amount("acute_ggz", "GG001", "max_max", lambda cents: cents + 800), _national_tariff,
    _pair_apart, _different_episodes, _pair_credited, _repeat_credited, _amount_credited,
    _outpatient_visit, _exactly_the_maximum, _around_midnight, _one_sector,
)  # fmt: skip
