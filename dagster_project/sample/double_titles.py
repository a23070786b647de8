"""The planted cases of rule R19: a function under an ADZ or BDSS beside other funding, and a BDSS without an end.

Put region by region, as an allocation is of one: their number does not grow with the scale. Networks hold them, which
declare nothing and have no budget.
"""

from __future__ import annotations

import json
from typing import Any

from dagster_project.sample.allocations import first_of
from dagster_project.sample.cases import CaseBook

CENTS = 1_000
ENDED = ("2016-01-01", "2020-12-31")
CONTRACTED = "2017-01-01"
FIVE_YEARS_ON, LATER = "2022-01-01", "2022-01-02"


def plant_titles(book: CaseBook) -> None:
    """In every region titles that are found, and titles beside them that are not."""
    for region in range(len(book.world.country.regions)):
        _beside_a_budget(book, region)
        _ended_before(book, region)
        _without_end(book, region)
        _with_an_end(book, region)


def _beside_a_budget(book: CaseBook, region: int) -> None:
    """In the last budget year, beside the budget of the coordination organisation for all functions."""
    year, title = book.beside.budget_year, ("adz", "bdss")[region % 2]
    ends = f"{year + 4}-12-31" if title == "bdss" else f"{year}-12-31"
    holder, line = _allocate(book, region, "supraregional", title, f"{year}-01-01", ends)
    zco = first_of(book.world, "zco", region)
    day = book.beside.budget_day
    book.signal_line("R19", f"{title}_beside_a_budget", holder, line, CENTS, day, counter_provider_agbs=[zco])


def _ended_before(book: CaseBook, region: int) -> None:
    """A title of five years, before anything was declared or budgeted."""
    title = ("adz", "bdss")[region % 2]
    book.nothing_of("a title that ended before", *_allocate(book, region, "supraregional", title, *ENDED))


def _without_end(book: CaseBook, region: int) -> None:
    """A contract under a BDSS that goes on for more than five years, or without an end."""
    ends = {"ends_on": LATER} if region % 2 else {}
    holder, line = _contract(book, region, {"title": "bdss"} | ends)
    book.signal_line("R19", "ends_too_late" if ends else "without_end", holder, line, 0, 0)


def _with_an_end(book: CaseBook, region: int) -> None:
    """A contract under a BDSS of five years, or under an ADZ, which needs no end."""
    given = {"title": "bdss", "ends_on": FIVE_YEARS_ON} if region % 2 else {"title": "adz"}
    book.nothing_of("a title that may go on", *_contract(book, region, given))


def _network(book: CaseBook, region: int) -> str:
    return book.world.country.agb(book.provider("network", region))


def _allocate(
    book: CaseBook, region: int, function: str, title: str, begins: str, ends: str
) -> tuple[str, str]:  # fmt: skip
    """Puts an allocation to a network; gives the network and the line."""
    holder, code = _network(book, region), book.world.country.regions[region]
    book.beside.rows["function_allocations", 0].append(
        {"region_code": code, "function": function, "provider_agb": holder, "funding_source": title, "hours": "all",
         "valid_from": begins, "valid_to": ends, "amount_cents": str(CENTS)}
    )  # fmt: skip
    return holder, f"allocation/{code}/{function}/{holder}/{begins}"


def _contract(book: CaseBook, region: int, title: dict[str, Any]) -> tuple[str, str]:
    """Puts a contract of a network per insured person; gives the network and the line."""
    holder, number = _network(book, region), f"PK{next(book.beside.serial):06d}"
    book.beside.rows["contracts", 0].append(
        {"contract_id": number, "network_agb": holder, "form": "per_insured", "scope": "population",
         "valid_from": CONTRACTED, "parameters": json.dumps({"amount_cents": 310} | title)}
    )  # fmt: skip
    return holder, f"contract/{number}"
