"""The planted cases of rules R12 to R16: budget lines, payments and invoices, with their neighbours.

Budget lines are put region by region, as rules compare those of one region and year: their number does not grow with
the scale. They are of the sample's last year, in requested and agreed alike. Payments and invoices are put case by
case.
"""

from __future__ import annotations

from collections.abc import Callable

from dagster_project.sample.cases import CaseBook
from dagster_project.sample.double_norms import plant_norm_budget
from dagster_project.sample.networks import OWN_MEMBERS, own_member
from dagster_project.sample.reference import texts

NOON = 12 * 60
LINE = 50_000
LUMP, WAGE = 1_000, 2_500
BOOKED, APART = 30_000, 90_005
INVOICING = (("maternity", "MA001"), ("district_nursing", "DN001"), ("acute_ggz", "GG001"))


def plant_budget_lines(book: CaseBook) -> None:
    """R12, R13, R14 and R15 in budgets, in every region."""
    for region in range(len(book.world.country.regions)):
        _in_two_budgets(book, region)
        plant_norm_budget(book, region)
        _availability(book, region)
        _lump_sum(book, region)


def _member(book: CaseBook, sector: str, region: int, rank: int = 0) -> int:
    country = book.world.country
    index = country.sectors.index(sector)
    return int(country.begin[index, region] + rank)


def _put(book: CaseBook, rule: str, variant: str, provider: int, line: str, at_risk: int, **other_side) -> None:
    book.signal_line(
        rule, variant, book.world.country.agb(provider), line, at_risk, book.beside.budget_day, **other_side
    )


def _in_two_budgets(book: CaseBook, region: int) -> None:
    """R12: a GP post's budget pays insight in capacity, which the coordination organisation's pays as well.

    Regions 0 to 2 cleared all of it, 3 to 5 some; in the last region an exception accepts it.
    """
    post, zco = _member(book, "hap", region), book.world.country.agb(_member(book, "zco", region))
    agb = book.world.country.agb(post)
    line = book.beside.budget_line(post, "capacity", "planner", LINE, function="capacity_insight")
    if region < 6:
        book.beside.cleared[region] = (agb, (LINE, LINE + 1, None, 20_000, 1, LINE - 1)[region])
    cleared = (LINE, LINE, LINE, 20_000, 1, LINE - 1, 0, 0, 0, 0)[region]
    if cleared == LINE:
        book.nothing_of("a function that was cleared", agb, line)
        return
    accepted = {}
    if region == 9:
        day = book.beside.budget_day
        accepted = {"exception_id": book.beside.exception("R12", agb, day, day)}
    variant = "accepted" if accepted else "partly_cleared" if cleared else "not_cleared"
    _put(book, "R12", variant, post, line, LINE - cleared, counter_provider_agbs=[zco], **accepted)


def _availability(book: CaseBook, region: int) -> None:
    """R14: supraregional work in a coordination budget, or a parameter that names LPZ or LCPS; not part of a word."""
    zco, post, rav = (_member(book, sector, region) for sector in ("zco", "hap", "rav"))
    if region < 4:
        line = book.beside.budget_line(zco, "capacity", "transfer desk", LINE, function="supraregional")
        _put(book, "R14", "function", zco, line, LINE)
    elif region < 7:
        provider, parameter = ((post, "LPZ fte"), (rav, "reports to lcps"))[region % 2]
        line = book.beside.budget_line(provider, "capacity", parameter, LINE)
        _put(book, "R14", "parameter", provider, line, LINE)
    else:
        line = book.beside.budget_line(post, "capacity", "xlpzx helplcps", LINE)
        book.nothing_of("a parameter that only holds the letters", book.world.country.agb(post), line)


def _lump_sum(book: CaseBook, region: int) -> None:
    """R15: a lump sum for access for patients, beside declarations of it; in the last regions one for all functions."""
    zco = _member(book, "zco", region)
    if region < 6:
        declared = book.debit(zco, "ZC002", next(book.patients), book.world.calendar.count - 1, NOON)
        line = book.beside.budget_line(zco, "lump_sum", "desk", LUMP, function="patient_access")
        agb, variant = book.world.country.agb(zco), "lump_sum_beside_declarations"
        book.signal_line("R15", variant, agb, line, LUMP, declared["delivery"])
    else:
        line = book.beside.budget_line(zco, "lump_sum", "desk", LUMP)
        book.nothing_of("a lump sum for no function of its own", book.world.country.agb(zco), line)


def _booked_as_revenue(book: CaseBook, number: int) -> None:
    """R15: a lump sum of the same day and amount as an advance or settlement."""
    agb, uzovi, cents = _paid(book, number, BOOKED)
    kind = ("advance", "settlement")[number % 2]
    other, line = book.beside.payment(agb, uzovi, kind, cents), book.beside.payment(agb, uzovi, "lump_sum", cents)
    book.signal_line("R15", f"{kind}_as_revenue", agb, line, cents, 0, counter_line=other)


def _another_payment(book: CaseBook, number: int) -> None:
    """An advance of another day or amount, or a lump sum that is taken back."""
    agb, uzovi, cents = _paid(book, number, APART)
    book.beside.payment(agb, uzovi, "advance", cents + number % 3 % 2, before=(0, 0, 1)[number % 3])
    line = book.beside.payment(agb, uzovi, "lump_sum", cents, "C" if number % 3 == 0 else "D")
    book.nothing_of("a lump sum beside another advance", agb, line)


def _paid(book: CaseBook, number: int, least: int) -> tuple[str, str, int]:
    """Provider, insurer and an amount of its own."""
    uzovi = texts("insurers", "uzovi")
    return book.world.country.agb(book.provider("rav", number)), uzovi[number % len(uzovi)], least + 10 * number


def _invoiced_and_declared(book: CaseBook, number: int) -> None:
    """R16: a member invoices hours bound to clients, and declares in that month."""
    sector, code = INVOICING[number % 3]
    provider, day = book.provider(sector, number), book.day(number)
    declared = book.debit(provider, code, next(book.patients), day, NOON)
    agb, network = book.world.country.agb(provider), book.world.country.agb(book.provider("network", number))
    line = book.beside.invoice(network, agb, day, WAGE)
    book.signal_line("R16", sector, agb, line, WAGE, max(book.beside.invoiced_on(day), declared["delivery"]))


def _invoiced_apart(book: CaseBook, number: int) -> None:
    """Hours bound to no client, or of a member that declares nothing."""
    day, network, declaring = book.day(number), number % 3, book.provider("maternity", number)
    book.debit(declaring, "MA001", next(book.patients), day, NOON)
    agb = book.world.country.agb(book.provider("network", network))
    member = own_member(network, number % OWN_MEMBERS) if number % 2 else book.world.country.agb(declaring)
    line = book.beside.invoice(agb, member, day, WAGE, client_bound=number % 2 == 1)
    book.nothing_of("an invoice beside no declaration for its clients", member, line)


LINE_CASES: tuple[Callable[[CaseBook, int], None], ...] = (
    _booked_as_revenue, _another_payment, _invoiced_and_declared, _invoiced_apart,
)  # fmt: skip
