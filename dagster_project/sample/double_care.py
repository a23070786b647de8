"""The planted cases of rules R05, R09, R10 and R18, with their neighbours.

Each function puts one case, as in `double_funding`. What such a case needs of other feeds (a contract, a call) it puts
beside its declarations.
"""

from __future__ import annotations

from collections.abc import Callable

from dagster_project.sample.allocations import OUT_OF_HOURS, held_since, hours_of, transfer_day
from dagster_project.sample.cases import CaseBook, order

MORNING, NOON, EVENING = 9 * 60, 12 * 60, 20 * 60
SENT_ON = (("seh", "190015"), ("hospital", "HS001"), ("seh", "190007"))


# R05: a function that the coordination organisation holds.


def _transferred(book: CaseBook, number: int) -> None:
    """A GP post declares access for patients, an ambulance service access for professionals after its transfer."""
    if number % 2:
        on, sector, code, function = book.day(number), "hap", "HA004", "patient_access"
        since = held_since(book.world.calendar)
    else:
        transfer = transfer_day(book.world.calendar)
        on = book.day_within(number, transfer + 1, book.world.calendar.count)
        sector, code, function, since = "rav", "AM006", "professional_access", book.world.calendar.date(transfer)
    region = int(book.world.country.region[book.provider(sector, number)])
    line = book.debit(book.provider(sector, number), code, next(book.patients), on, EVENING)
    zco = book.world.country.agb(book.world.country.of_sector("zco")[region])
    held = f"allocation/{book.world.country.regions[region]}/{function}/{zco}/{since}"
    says_hours = hours_of(function, region) is not None
    disputed = line["amount_cents"] if says_hours else 0
    variant = function if says_hours else f"{function}_hours_not_said"
    other_side = {"counter_provider_agbs": [zco], "counter_line": held}
    book.found("R05", variant, line, [], disputed, line["amount_cents"], **other_side)


def _in_office_hours(book: CaseBook, number: int) -> None:
    """Access for patients at a GP post by day, where the coordination organisation has it out of hours."""
    region = OUT_OF_HOURS[number % len(OUT_OF_HOURS)]
    provider = int(book.world.country.begin[book.world.country.sectors.index("hap"), region])
    line = book.debit(provider, "HA004", next(book.patients), book.working_day(number), NOON)
    book.nothing("function in office hours that was transferred out of hours", line)


def _not_yet_transferred(kind: str) -> Callable[[CaseBook, int], None]:
    """Access for professionals at an ambulance service, until the day of its transfer."""

    def case(book: CaseBook, number: int) -> None:
        transfer = transfer_day(book.world.calendar)
        on = book.day_within(number, 0, transfer) if kind == "function before its transfer" else transfer
        book.nothing(kind, book.debit(book.provider("rav", number), "AM006", next(book.patients), on, NOON))

    return case


# R09: ambulance tariffs on a ride without transport.


def _paid_without_transport(book: CaseBook, number: int) -> None:
    """A ride without transport is asked money for; the amount is wrong as well."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("rav", number)
    line = book.debit(provider, "AM004", patient, day, NOON, amount_cents=4_500 + number)
    book.whole("R09", "without_transport_for_money", line)
    book.whole("R11", "without_transport_for_money", line)


def _ride_without_transport(book: CaseBook, number: int) -> None:
    """A ride, or its kilometres, at the same instant as a ride without transport."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("rav", number)
    without = book.debit(provider, "AM004", patient, day, NOON)
    for code, quantity in (("I010", 1), ("I001", 12))[: 1 + number % 2]:
        line = book.debit(provider, code, patient, day, NOON, quantity=quantity)
        amount = line["amount_cents"]
        book.found("R09", f"{code}_without_transport", line, [without], amount, amount)


def _another_ride(book: CaseBook, number: int) -> None:
    patient, day, provider = next(book.patients), book.day(number), book.provider("rav", number)
    lines = [book.debit(provider, code, patient, day, at) for code, at in (("AM004", MORNING), ("I010", NOON))]
    book.nothing("a ride after one without transport", *lines)


# R10: one contact with a GP post.


def _one_contact(book: CaseBook, number: int) -> None:
    """Two of triage consult, consult and visit: on one day, or within an episode on two days."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("hap", number)
    first, second = (("HA003", "HA001"), ("HA001", "HA002"), ("HA003", "HA002"))[number % 3]
    episode = f"PC{number:06d}" if number % 2 else None
    lines = [
        book.debit(provider, first, patient, day, EVENING, episode_id=episode),
        book.debit(provider, second, patient, day + number % 2, EVENING + 40, episode_id=episode),
    ]
    book.signal("R10", "episode" if episode else "day", lines[1], lines[:1])


def _two_contacts(book: CaseBook, number: int) -> None:
    """Of one episode, each declaration after a call of its own."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("hap", number)
    episode, lines = f"PD{number:06d}", []
    for code, minutes in (("HA003", MORNING), ("HA001", EVENING)):
        line = book.debit(provider, code, patient, day, minutes, episode_id=episode)
        book.beside.contact(provider, patient, episode, line["service_start"] - 300, day)
        lines.append(line)
    book.nothing("two contacts of one episode", *lines)


def _two_episodes(book: CaseBook, number: int) -> None:
    patient, day, provider = next(book.patients), book.day(number), book.provider("hap", number)
    lines = [
        book.debit(provider, code, patient, day, minutes, episode_id=f"P{minutes}.{number:06d}")
        for code, minutes in (("HA003", MORNING), ("HA001", EVENING))
    ]
    book.nothing("two episodes at one GP post on one day", *lines)


# R18: hospital and GP post on one day.


def _sent_on(book: CaseBook, number: int) -> None:
    patient, day = next(book.patients), book.day(number)
    sector, code = SENT_ON[number % 3]
    at = (MORNING, EVENING) if number % 2 else (EVENING, MORNING)
    lines = [
        book.debit(book.provider("hap", number), "HA001", patient, day, at[0]),
        book.debit(book.provider(sector, number), code, patient, day, at[1]),
    ]
    earlier, later = sorted(lines, key=order)
    book.signal("R18", f"{earlier['performance_code']}_{later['performance_code']}", later, [earlier])


def _the_day_after(book: CaseBook, number: int) -> None:
    patient, day = next(book.patients), book.day(number)
    lines = [
        book.debit(book.provider("hap", number), "HA001", patient, day, EVENING),
        book.debit(book.provider("seh", number), "190015", patient, day + 1, MORNING),
    ]
    book.nothing("hospital the day after the GP post", *lines)


def _inpatient(book: CaseBook, number: int) -> None:
    patient, day = next(book.patients), book.day(number)
    lines = [
        book.debit(book.provider("seh", number), "190015", patient, day, MORNING),
        book.debit(book.provider("hospital", number), "HS001", patient, day, NOON),
    ]
    book.nothing("190015 beside an admission", *lines)


CARE_CASES: tuple[Callable[[CaseBook, int], None], ...] = (
    _transferred, _in_office_hours, _not_yet_transferred("function before its transfer"),
    _not_yet_transferred("function on the day of its transfer"),
    _paid_without_transport, _ride_without_transport, _another_ride,
    _one_contact, _two_contacts, _two_episodes,
    _sent_on, _the_day_after, _inpatient,
)  # fmt: skip
