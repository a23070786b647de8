"""The reference feeds, budgets, shares and payments of a random landing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random

from . import tiny
from .evidence import roles
from .tiny_records import NETWORK
from .writing import Record

SECOND_HAP, SECOND_ZCO = "53000002", "41000002"
NURSING, GP, ELV, HOSPITAL, SEH = "42000001", "01000001", "45000001", "06000001", "06000002"
PROVIDERS = (
    (tiny.ZCO, "zco"), (SECOND_ZCO, "zco"), (tiny.HAP, "hap"), (SECOND_HAP, "hap"), (tiny.RAV, "rav"),
    (NURSING, "district_nursing"), (GP, "gp"), (ELV, "elv"), (HOSPITAL, "hospital"), (SEH, "seh"),
)  # fmt: skip
BUDGETED = (tiny.ZCO, SECOND_ZCO, tiny.HAP, SECOND_HAP, tiny.RAV)
KINDS = ("lump_sum", "advance", "settlement")
YEARS = (2024, 2025, 2026)
EDITIONS = ((), ("requested",), ("agreed",), ("agreed",), ("requested", "determined"), ("agreed", "final"))
SHARE_EDITIONS = ((), ("provisional",), ("definitive",), ("definitive", "provisional"), ("definitive", "provisional"))
PERCENTAGES = (None, Decimal("12.5"), Decimal("105"), Decimal("110"), Decimal("110.0001"), Decimal("150"))
COMPONENTS = (
    ("capacity",), ("capacity", "free_margin"), ("macro", "substitution"), ("capacity", "lump_sum"),
    ("lump_sum", "macro"),
)  # fmt: skip
PARAMETERS = ("fte", "fte", "fte", "rcps", "LPZ noord", "lpz_nacht", "xlpz", "LCPS-2")
FUNCTIONS = (None, None, "triage", "triage", "triage", "urgency", "care", "capacity_insight")
LAWS_OF_PRICES = {1: "Wlz", 2: "Wmo", 3: "Jw", 4: "Wpg"}  # by the price modulo 9; all others are of the Zvw
UNITS = 100_000_000  # a share of 1, in its last place


def _codes_by_role() -> dict[str, list[str]]:
    codes: dict[str, list[str]] = defaultdict(list)
    for code, names in sorted(roles().items()):
        for name in names:
            codes[name].append(code)
    return codes


ROLE_CODES = _codes_by_role()


def _ambulance_and_post() -> list[Record]:
    """Tariffs of the codes that the rules know by their role."""
    sectors = {"ride": "rav", "kilometre": "rav", "ride_without_transport": "rav"}
    return [
        tiny.tariff(code, sectors.get(role, "hap"), "care", "fixed", 0 if role == "ride_without_transport" else 5000)
        for role, codes in ROLE_CODES.items()
        for code in codes
        if role != "emergency_contact"
    ]


TARIFFS = (
    *tiny.reference()["tariffs"],
    *_ambulance_and_post(),
    tiny.tariff("N100", "district_nursing", "care", "fixed", 5800, max_per_day=4),
    tiny.tariff("G100", "gp", "care", "fixed", 2900, max_per_day=4),
    tiny.tariff("E100", "elv", "care", "fixed", 28_900, max_per_day=4),
    tiny.tariff("S100", "hospital", "care", "fixed", 14_200, max_per_day=4),
    tiny.tariff("E200", "seh", "care", "free", None, max_per_day=4),
)
CENTS = {(row["performance_code"], row["sector"]): row["tariff_cents"] or 1234 for row in TARIFFS}


def reference_versions(random: Random) -> Iterator[tuple[str, Record]]:
    """Row versions as (feed, row): fixed providers, insurers and tariffs with breaks in time, and random money."""
    for feed in ("providers", "insurers"):
        yield from ((feed, row) for row in tiny.reference()[feed])
    yield from (("tariffs", row) for row in TARIFFS)
    yield from (("providers", row) for row in _provider_breaks())
    yield "insurers", tiny.insurer("0404", valid_from="2025-03-01", valid_to="2025-11-30")
    yield from (("tariffs", row) for row in _tariff_breaks())
    for agb in (*BUDGETED, "99999999"):
        yield from (("budgets", row) for row in _budgets(random, agb))
    for scope in (*BUDGETED, tiny.NOORD, tiny.ZWOLLE):
        yield from (("market_shares", row) for row in _shares(random, scope))
    yield from (("budgets", row) for row in (*_moved(random), *_shared(random)))
    for number in range(random.randint(0, 20)):
        payment = _payment(random, number)
        yield "payments", payment
        if random.random() < 0.4:
            yield "payments", {**payment, "payment_id": f"q{number}", "kind": random.choice(KINDS)}


def _provider_breaks() -> list[Record]:
    """Providers of other sectors; a second GP post that begins late, one that moves, an ambulance service that ends."""
    return [
        *(tiny.provider(agb, sector, tiny.NOORD) for agb, sector in PROVIDERS if agb not in BUDGETED),
        tiny.provider(NETWORK, "network", tiny.NOORD),
        tiny.provider(SECOND_ZCO, "zco", tiny.ZWOLLE, valid_from="2025-01-01"),
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
            for component in random.choice(COMPONENTS):
                yield _budget(random, agb, year, edition, component, random.choice(PARAMETERS))


def _shared(random: Random) -> Iterator[Record]:
    """What a coordination organisation and another provider both have in their budget."""
    for year in random.sample(YEARS, 2):
        for agb, function in ((random.choice(BUDGETED[:2]), None), (random.choice(BUDGETED[2:]), "triage")):
            yield _budget(random, agb, year, "final", "capacity", "shared") | {"function": function}


def _moved(random: Random) -> Iterator[Record]:
    """Substitutions that go from one provider to another, of the same sector or not."""
    for year in YEARS:
        giver, taker = random.choices(BUDGETED, k=2)
        agreement = random.choice(("moved", "K0", "K1", "K2"))
        for agb, quantity in ((giver, "-1"), (taker, "1")):
            row = _budget(random, agb, year, "final", "substitution", agreement)
            yield (
                row
                | {"quantity": quantity, "percentage": "120", "unit_price_cents": 20_000}
                | {"amount_cents": int(quantity) * 24_000}
            )


def _budget(random: Random, agb: str, year: int, edition: str, component: str, parameter: str) -> Record:
    quantity = Decimal(random.randint(-20_000, 200_000)).scaleb(-4)
    price, percentage = random.randint(0, 9_999), random.choice(PERCENTAGES)
    exact = quantity * price * (Decimal(100) if percentage is None else percentage) / 100
    return tiny.budget(
        agb,
        f"{quantity:f}",
        price,
        year=year,
        edition=edition,
        component=component,
        parameter=parameter,
        percentage=percentage,
        amount_cents=int(exact.quantize(Decimal(1), ROUND_HALF_EVEN)),
        function=random.choice(FUNCTIONS),
        legal_framework=LAWS_OF_PRICES.get(price % 9, "Zvw"),
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
        provider_agb=random.choice(BUDGETED),
        insurer_uzovi=random.choice(tiny.INSURERS),
        paid_on=random.choice(("2024-12-31", "2025-01-01", "2025-05-17", "2026-01-03", "2026-03-02")),
        for_year=random.choice(YEARS),
        kind=random.choice(KINDS),
        debit_credit=random.choice("DDDC"),
    )
