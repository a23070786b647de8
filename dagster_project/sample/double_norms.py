"""The planted cases of R13: budgets of GP out-of-hours services on islands, beside their norm.

Each region has one such post, with a budget that is planted whole and no care: what it may have follows from who live
on the island, at any scale. The budgets are the worked examples of the norm, a thousandth in size.
"""

from __future__ import annotations

from dagster_project.sample.cases import CaseBook
from dagster_project.sample.island_posts import INHABITANTS, island_post

CENTS_PER_INHABITANT = 2_000
NORM = CENTS_PER_INHABITANT * INHABITANTS
SHIFT = 30_000
PERCENTAGES = (90, 110, 110, 105, 112, 110, 110, 110, 110, 112)
SUBSTITUTED = (11_500, SHIFT, 0, 60_000, 0, SHIFT, SHIFT, SHIFT, SHIFT, 0)
AGREED = {0, 1, 5, 6, 8}
FALLEN = {0: ("rav", 11_500), 1: ("rav", SHIFT), 3: ("rav", 60_000), 6: ("rav", 10_000), 7: ("rav", SHIFT),
          8: ("hap", SHIFT)}  # fmt: skip
AT_RISK = (0, 0, 0, 35_000, 10_000, 30_000, 20_000, 30_000, 30_000, 10_000)
VARIANTS = {3: "without_agreement", 4: "above_110_without_substitution", 5: "falls_away_nowhere",
            6: "falls_away_in_part", 7: "agreement_of_another_post", 8: "falls_away_in_the_same_sector",
            9: "accepted"}  # fmt: skip


def plant_norm_budget(book: CaseBook, region: int) -> None:
    """R13: regions 0 to 2 are within 110 %, or above it by what is agreed and falls away; in the last one an exception
    accepts what is above."""
    agb, day = island_post(region), book.beside.budget_day
    _budget(book, region, agb)
    if region in FALLEN:
        sector, cents = FALLEN[region]
        country = book.world.country
        book.beside.budget_line(
            int(country.begin[country.sectors.index(sector), region]), "substitution", "to the island", -cents
        )
    line = f"{book.beside.budget_year}/agreed"
    if not AT_RISK[region]:
        book.nothing_of("a budget within its norm or above it by agreed substitution", agb, line)
        return
    accepted = {"exception_id": book.beside.exception("R13", agb, day, day)} if region == 9 else {}
    book.signal_line("R13", VARIANTS[region], agb, line, AT_RISK[region], day, **accepted)


def _budget(book: CaseBook, region: int, agb: str) -> None:
    percentage, substituted = PERCENTAGES[region], SUBSTITUTED[region]
    book.beside.budget_line_of(
        agb, region, "population", "inhabitants", CENTS_PER_INHABITANT,
        quantity=f"{INHABITANTS}.0000", percentage=f"{percentage}.0000", amount_cents=str(NORM * percentage // 100),
    )  # fmt: skip
    if substituted:
        book.beside.budget_line_of(agb, region, "substitution", _agreement(book, region, agb), substituted)


def _agreement(book: CaseBook, region: int, agb: str) -> str:
    """The parameter of a substitution: the number of its contract, if there is one; in region 7 another post's."""
    if region not in AGREED | {7}:
        return "shift of care"
    country = book.world.country
    other = int(country.begin[country.sectors.index("hap"), region])
    party = {} if region == 7 else {"provider_agb": agb}
    return book.beside.contract(other, "fee_for_service", "all", (0, None), **party).removeprefix("contract/")
