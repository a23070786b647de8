"""Random contracts whose parameters are those of their form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

YEARS = (2024, 2025, 2026)
BETTER = {"apop_screening": 1, "first_time_right": 1, "lead_time": -1, "complications": -1}
Made = dict[str, Any]


def sound_parameters(random: Random, form: str, codes: tuple[str, ...] = ("H100", "H200"), areas=("A", "B")) -> Made:
    """Parameters of the form with each field that may be left out there or not."""
    return _made(random, form, codes, areas)


def _made(random: Random, form: str, codes: tuple[str, ...], areas: tuple[str, ...]) -> Made:
    makers: dict[str, Callable[[], Made]] = {
        "fee_for_service": lambda: _some(random, prices={code: _cents(random) for code in codes}),
        "contract_sum": lambda: {"sums": _by_year(random)},
        "revenue_ceiling": lambda: {"ceilings": _by_year(random)},
        "revenue_guarantee": lambda: {"guarantees": _by_year(random)},
        "pay_for_performance": lambda: _performance(random, codes, areas),
        "shared_savings": lambda: _savings(random, codes, areas),
        "bundle": lambda: {
            "price_cents": _cents(random),
            "episode": {"trigger_codes": [random.choice(codes)], "days": random.choice((1, 2, 30, 365))},
            "settlement": random.choice(("prospective", "retrospective")),
        } | _risk(random),
        "capitation": lambda: {
            "amount_cents_per_year": _cents(random), "parties": random.choice(("one", "several")),
        } | _risk(random),
        "population_budget": lambda: {
            "amount_cents": _cents(random), "areas": random.sample(areas, random.randint(1, len(areas))),
        } | _risk(random),
        "budget": dict,
        "per_insured": lambda: {
            "amount_cents": _cents(random), "title": random.choice(("adz", "bdss")),
        } | _some(random, ends_on=random.choice(("2024-12-31", "2025-06-30", "2029-12-31"))),
        "availability": lambda: {"amounts": _by_year(random)},
        "cashier": lambda: {"budgets": _by_year(random), "client_share": "0.66666666666666666667"},
    }  # fmt: skip
    return makers[form]()


def _some(random: Random, **fields: Any) -> Made:
    """Each of the fields, left out, or null."""
    told = {name: random.choice((value, value, None)) for name, value in fields.items()}
    return {name: value for name, value in told.items() if value is not None or random.random() < 0.3}


def _cents(random: Random) -> int:
    return random.choice((0, 1, 333, 5_000, 123_456_782, random.randint(0, 10**6)))


def _by_year(random: Random) -> dict[str, int]:
    years = random.sample(YEARS, random.randint(1, len(YEARS)))
    return {str(year): _cents(random) for year in sorted(years)}


def _rate(random: Random) -> str:
    return random.choice(("0", "1", "0.5", "0.05", "0.3333", "0.12345672"))


def _risk(random: Random) -> Made:
    risk = {"norm_cents": _cents(random), "corridor": _rate(random), "share": _rate(random)}
    return _some(random, shared_risk=risk)


def _performance(random: Random, codes: tuple[str, ...], areas: tuple[str, ...]) -> Made:
    base = random.choice(("fee_for_service", "contract_sum", "shared_savings", "bundle", "capitation", "budget"))
    return {
        "base": {"form": base, "parameters": _made(random, base, codes, areas)},
        "indicators": [_indicator(random) for _ in range(random.randint(1, 2))],
        "measured": random.choice(("provider_region", "collective")),
    } | _some(random, cap_cents=_cents(random))  # fmt: skip


def _indicator(random: Random) -> Made:
    kpi, way = random.choice(list(BETTER.items()))
    floor = random.choice((10, 30, "25.5"))
    target = random.choice((str(float(floor) + 8 * way), int(float(floor)) + 5 * way))
    malus = {"malus_floor": str(float(floor) - 4 * way), "malus_cents": _cents(random)}
    indicator = {"kpi_id": kpi, "floor": floor, "target": target, "bonus_cents": _cents(random)}
    return indicator | random.choice((malus, {})) | _some(random, unit="all")


def _savings(random: Random, codes: tuple[str, ...], areas: tuple[str, ...]) -> Made:
    base = random.choice(("fee_for_service", "revenue_ceiling", "bundle", "population_budget"))
    agreed = date(random.choice((2023, 2024, 2025)), random.choice((1, 12)), random.choice((1, 31)))
    words = ("benchmark_method", "cost_definition", "population", "destination")
    sided = random.choice(("upside", "two_sided"))
    quality = {"kpi_id": "apop_screening", "loss_rate_floor": "0.4", "loss_rate_ceiling": "0.75"}
    made = {
        "base": {"form": base, "parameters": _made(random, base, codes, areas)},
        "benchmark_cents": random.choice((100_000, 100_000, "")), "benchmark_agreed_on": agreed.isoformat(),
        "minimum_rate": random.choice(("0", "0.02", "0.0384")), "share": _rate(random), "sided": sided,
    }  # fmt: skip
    made |= {word: random.choice((word, word, word, "")) for word in words if random.random() < 0.95}
    made |= _some(random, loss_share=_rate(random)) if sided == "two_sided" else {}
    more = {"cap_of_benchmark": _rate(random), "loss_cap_cents": _cents(random), "quality": quality}
    return made | _some(random, **more)
