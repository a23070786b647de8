"""The reference feeds, budgets, shares and payments of a random landing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random

from . import tiny
from .writing import Record

SECOND_HAP = "53000002"
PROVIDERS = ((tiny.ZCO, "zco"), (tiny.HAP, "hap"), (SECOND_HAP, "hap"), (tiny.RAV, "rav"))
YEARS = (2024, 2025, 2026)
EDITIONS = ((), ("requested",), ("agreed",), ("agreed",), ("requested", "determined"), ("agreed", "final"))
SHARE_EDITIONS = ((), ("provisional",), ("definitive",), ("definitive", "provisional"), ("definitive", "provisional"))
UNITS = 100_000_000  # a share of 1, in its last place


def reference_versions(random: Random) -> Iterator[tuple[str, Record]]:
    """Row versions as (feed, row): fixed providers, insurers and tariffs with breaks in time, and random money."""
    for feed in ("providers", "insurers", "tariffs"):
        yield from ((feed, row) for row in tiny.reference()[feed])
    yield from (("providers", row) for row in _provider_breaks())
    yield "insurers", tiny.insurer("0404", valid_from="2025-03-01", valid_to="2025-11-30")
    yield from (("tariffs", row) for row in _tariff_breaks())
    for agb, _ in (*PROVIDERS, ("99999999", "")):
        yield from (("budgets", row) for row in _budgets(random, agb))
    for scope in (*(agb for agb, _ in PROVIDERS), tiny.NOORD, tiny.ZWOLLE):
        yield from (("market_shares", row) for row in _shares(random, scope))
    for number in range(random.randint(0, 20)):
        yield "payments", _payment(random, number)


def _provider_breaks() -> list[Record]:
    """A second GP post that begins late, one that moves, one that changes sector and back, one that ends."""
    return [
        tiny.provider(SECOND_HAP, "hap", tiny.ZWOLLE, valid_from="2025-01-01"),
        tiny.provider(tiny.HAP, "hap", tiny.ZWOLLE, valid_from="2025-07-01"),
        tiny.provider(tiny.RAV, "rav", tiny.NOORD, valid_from="2025-10-26", valid_to="2025-12-30"),
    ]


def _tariff_breaks() -> list[Record]:
    return [
        tiny.tariff("H100", "hap", "triage", "fixed", 4200, valid_from="2025-07-01", macro_category="gp_night"),
        tiny.tariff("H200", "hap", "care", "maximum", 14_000, valid_from="2025-03-30", provider_agb=SECOND_HAP),
        tiny.tariff("Z200", "zco", "urgency", "fixed", 5000, valid_from="2025-03-01", valid_to="2025-10-01"),
        tiny.tariff("H700", "hap", "care", "fixed", 1, provider_agb="99999999"),
    ]


def _budgets(random: Random, agb: str) -> Iterator[Record]:
    for year in YEARS:
        for edition in random.choice(EDITIONS):
            for component in random.choice((("capacity",), ("capacity", "free_margin"), ("macro", "substitution"))):
                yield _budget(random, agb, year, edition, component)


def _budget(random: Random, agb: str, year: int, edition: str, component: str) -> Record:
    quantity = Decimal(random.randint(-20_000, 200_000)).scaleb(-4)
    price, percentage = random.randint(0, 9_999), random.choice((None, Decimal("12.5"), Decimal("105")))
    exact = quantity * price * (Decimal(100) if percentage is None else percentage) / 100
    return tiny.budget(
        agb,
        f"{quantity:f}",
        price,
        year=year,
        edition=edition,
        component=component,
        percentage=percentage,
        amount_cents=int(exact.quantize(Decimal(1), ROUND_HALF_EVEN)),
        representing_uzovi_2=random.choice((*[None] * 5, "0404", "9999")),
    )


def _shares(random: Random, scope: str) -> Iterator[Record]:
    for year in YEARS:
        for edition in random.choice(SHARE_EDITIONS):
            insurers = random.sample(tiny.INSURERS, random.randint(1, 4))
            counts = {uzovi: random.randint(0, 50) for uzovi in insurers if random.random() < 0.95}
            yield from tiny.shares(year, scope, edition, _split(random, insurers), counts)


def _split(random: Random, insurers: list[str]) -> dict[str, str]:
    """Shares that sum to 1, or to the edge of the tolerance, or to just beyond it."""
    edge = 5 * len(insurers)
    cuts = sorted(random.randint(100, UNITS - 2_000) for _ in insurers[1:])
    parts = [high - low for low, high in zip([0, *cuts], [*cuts, UNITS], strict=True)]
    parts[-1] += random.choice((0, 0, 0, 0, 0, 0, -1, -edge, -edge, -edge - 1))
    return {uzovi: f"{Decimal(part).scaleb(-8):.8f}" for uzovi, part in zip(insurers, parts, strict=True)}


def _payment(random: Random, number: int) -> Record:
    return tiny.payment(
        f"p{number}",
        random.randint(0, 9_999),
        provider_agb=random.choice(PROVIDERS)[0],
        insurer_uzovi=random.choice(tiny.INSURERS),
        paid_on=random.choice(("2024-12-31", "2025-01-01", "2025-05-17", "2026-01-03", "2026-03-02")),
        for_year=random.choice(YEARS),
        kind=random.choice(("lump_sum", "advance", "settlement")),
        debit_credit=random.choice("DDDC"),
    )
