"""The planted cases of rule R17: care that a contract covers for good, and contracts under which care is settled.

Each function puts one case, as in `double_funding`, with the contract beside its declaration. Nobody declares these
codes at these providers but in planted cases, under the Zvw at least: a scope of all care covers no other line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dagster_project.sample.cases import CaseBook, Line
from dagster_project.sample.contract_parameters import prospective, sound_parameters

NOON = 12 * 60
INSURER, OTHER_INSURER = "9001", "9002"
COVERING = ("bundle", "capitation", "population_budget")
LISTED = ("codes:GP002", "codes:GP090|GP002", "codes:GP091|GP002|GP092")
WHOLE = (("function:care", "bundle"), ("all", "capitation"), ("population", "population_budget"))
SETTLED = (
    "fee_for_service", "contract_sum", "revenue_ceiling", "revenue_guarantee", "bundle", "shared_savings",
    "pay_for_performance", "budget", "per_insured",
)  # fmt: skip
"""Forms under which care goes on being declared; the bundle is a retrospective one."""


def _covering(form: str, code: str, year: int) -> dict[str, Any]:
    return prospective(4_400, code) if form == "bundle" else sound_parameters(form, range(year, year + 1))


def _covered(book: CaseBook, provider: int, line: Line, day: int, form: str, scope: str, **more: str) -> str:
    """A contract of that day that covers the line; gives its line."""
    parameters = _covering(form, line["performance_code"], book.world.calendar.date(day).year)
    return book.beside.contract(provider, form, scope, (day, day), parameters, **more)


def _by_codes(book: CaseBook, number: int) -> None:
    """Performance codes that the contract of the practice lists, with its own insurer or with all."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("gp", number)
    line = book.debit(provider, "GP002", patient, day, NOON)
    insurer = {"insurer_uzovi": line["insurer_uzovi"]} if number % 2 else {}
    form = COVERING[number % 3]
    contract = _covered(book, provider, line, day, form, LISTED[number % 3], **insurer)
    book.signal("R17", form, line, [], counter_line=contract)


def _by_whole_scope(book: CaseBook, number: int) -> None:
    """A function, or all care of the provider, of the line's insurer."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("disability", number)
    line = book.debit(provider, "DI001", patient, day, NOON)
    scope, form = WHOLE[number % 3]
    contract = _covered(book, provider, line, day, form, scope, insurer_uzovi=line["insurer_uzovi"])
    book.signal("R17", scope.partition(":")[0], line, [], counter_line=contract)


def _of_a_network(book: CaseBook, number: int) -> None:
    """A member of the network that has the contract."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("district_nursing", number)
    line = book.debit(provider, "DN002", patient, day, NOON)
    network, member = (book.world.country.agb(one) for one in (book.provider("network", number), provider))
    form = COVERING[number % 3]
    parameters = _covering(form, "DN002", book.world.calendar.date(day).year) | {"members": [member]}
    more = {"network_agb": network, "insurer_uzovi": line["insurer_uzovi"]}
    contract = book.beside.contract(provider, form, "codes:DN002", (day, day), parameters, **more)
    book.signal("R17", "member_of_a_network", line, [], counter_line=contract)


def _apart(kind: str) -> Callable[[CaseBook, int], None]:
    """A covering contract of another insurer, of days before the care, for another code, or of another's members."""

    def case(book: CaseBook, number: int) -> None:
        patient, day, provider = next(book.patients), book.day(number), book.provider("district_nursing", number)
        line = book.debit(provider, "DN002", patient, day, NOON, insurer_uzovi=INSURER)
        form, network = COVERING[number % 3], book.world.country.agb(book.provider("network", number))
        scope, days, more = {
            "a contract of another insurer": ("codes:DN002", (day, day), {"insurer_uzovi": OTHER_INSURER}),
            "a contract that ended before": ("codes:DN002", (-60, -1), {"insurer_uzovi": INSURER}),
            "a contract for another code": ("codes:DN001X|XDN002", (day, day), {"insurer_uzovi": INSURER}),
            "a network without the provider": ("codes:DN002", (day, day), {"network_agb": network}),
        }[kind]
        book.beside.contract(provider, form, scope, days, _covering(form, "DN002", 2024), **more)
        book.nothing(kind, line)

    return case


def _settled(book: CaseBook, number: int) -> None:
    """Contracts of every form under which care goes on being declared, all at once."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("gp", number)
    line = book.debit(provider, "GP002", patient, day, NOON, insurer_uzovi=INSURER)
    for form in SETTLED:
        book.beside.contract(provider, form, "codes:GP002", (day, day), insurer_uzovi=INSURER)
    book.nothing("contracts that settle what is declared", line)


def _of_another_law(book: CaseBook, number: int) -> None:
    """A contract is of the Zvw; this care is declared under the Wlz."""
    patient, day, provider = next(book.patients), book.day(number), book.provider("disability", number)
    line = book.debit(provider, "DI001", patient, day, NOON, insurer_uzovi=INSURER, legal_framework="Wlz")
    book.beside.contract(provider, "capitation", "all", (day, day), insurer_uzovi=INSURER)
    book.nothing("care of another law than the contract's", line)


CONTRACT_CASES: tuple[Callable[[CaseBook, int], None], ...] = (
    _by_codes, _by_whole_scope, _of_a_network,
    _apart("a contract of another insurer"), _apart("a contract that ended before"),
    _apart("a contract for another code"), _apart("a network without the provider"), _settled, _of_another_law,
)  # fmt: skip
