"""Allocations, contracts, invoices, exceptions, observations of a random landing; how each feed's rows change."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from dagster_project.feeds.contracts import FORMS
from dagster_project.feeds.function_allocations import FUNDING_SOURCES

from . import tiny, tiny_records
from .landings_reference import BUDGETED, PROVIDERS, SECOND_HAP, SECOND_ZCO, YEARS
from .made_contracts import sound_parameters
from .writing import Record

AGBS = tuple(agb for agb, _ in PROVIDERS)
FROM = ("2024-01-01", "2025-01-01", "2025-03-03", "2025-03-04", "2025-10-25", "2025-12-31")
TO = (None, None, None, "2025-01-01", "2025-06-30", "2025-12-31")
SCOPES = (
    None, "codes:H100|H200|H600", "codes:R200|R100|X100", "codes:H200|N100|G100|S100", "codes:Z100|h200", "all",
    "population", "function:triage", "function:care", "the older than 75",
)  # fmt: skip
CODES = ("H100", "H200", "N100", "S100")
MEASURED = (
    ("2025-01-01", "2025-01-31"), ("2025-02-01", "2025-02-28"), ("2025-03-01", "2025-03-31"),
    ("2025-04-01", "2025-04-30"), ("2025-01-01", "2025-03-31"), ("2025-04-01", "2025-06-30"),
    ("2025-07-01", "2025-09-30"), ("2025-02-01", "2025-04-30"), ("2025-01-01", "2025-06-30"),
    ("2025-01-01", "2025-12-31"), ("2025-03-10", "2025-03-16"), ("2025-03-31", "2025-04-06"),
    ("2024-12-01", "2025-01-31"), ("2024-01-01", "2024-12-31"),
)  # fmt: skip
COVERING = ("bundle", "capitation", "population_budget", "pay_for_performance")

CHANGES: dict[str, tuple[Record, ...]] = {
    "declarations": ({"amount_cents": 4000}, {"quantity": 0}, {"performance_code": "NOPE"}, {"episode_id": "e1"}),
    "payments": ({"amount_cents": 12_300}, {"kind": "advance"}, {"insurer_uzovi": "9999"}),
    "budgets": ({"edition": "final"}, {"amount_cents": 1}),
    "market_shares": (*({"insured_count": n} for n in range(5)), {"share": "0.5"}, {"share": "1.5"}),
    "tariffs": ({"max_per_day": 3}, {"tariff_cents": 4100}, {"covers_budget": False}),
    "providers": ({"region_code": tiny.ZWOLLE}, {"valid_to": "2025-09-30"}),
    "capacity_snapshots": ({"status": "stop"}, {"places_occupied": -1}),
    "legal_indications": (
        {"valid_to": "2023-01-01"}, {"patient_key": "123456789"}, {"with_treatment": "yes"}, {"framework": "wlz"},
        {"with_treatment": False},
    ),
    "transition_arrangements": (
        {"performance_codes": None, "function": None}, {"region_code": "nowhere"}, {"insurer_uzovi": "9999"},
        {"days": 0}, {"anchor": "birth"},
    ),
    "function_allocations": (
        {"provider_agb": "99999999"}, {"cleared_from": "99999999"}, {"amount_cents": -1}, {"function": "none"},
        {"cleared_amount_cents": 5}, {"funding_source": "availability_contribution"},
    ),
    "contracts": (
        {"network_agb": tiny_records.NETWORK}, {"parameters": "[1]"}, {"parameters": '{"sums": {"2025": 1}, "x": "y"}'},
        {"insurer_uzovi": "9999"}, {"provider_agb": None}, {"form": "bundle"}, {"form": "gift"},
        {"parameters": None}, {"network_agb": tiny_records.NETWORK, "provider_agb": None},
    ),
    "network_costs": (
        {"member_agb": "99999999"}, {"period_end": "2023-01-01"}, {"client_bound": False}, {"staff_hours": "-1"},
        {"network_agb": "99999999"}, {"wage_cost_cents": 1},
    ),
    "contacts": (
        {"answered_at": "2024-01-01T00:00:00Z"}, {"answered_at": None, "triage_ended_at": "2025-12-31T00:00:00Z"},
        {"offered_at": "2026-03-01T10:00:00+01:00"}, {"placed_at": "2024-01-01T00:00:00Z", "answered_at": "soon"},
        {"patient_key": tiny.bsn(77), "episode_id": f"E-{tiny.bsn(77)}"}, {"provider_agb": "99999999"},
        {"patient_key": "123456789"}, {"episode_id": "e1"},
    ),
    "exceptions": (
        {"patient_key": tiny.bsn(77), "reason": f"agreed for {tiny.bsn(77)}, see file"}, {"rule": "R20"},
        {"patient_key": tiny.bsn(77), "reason": f"agreed for {tiny.bsn(78)}"}, {"counter_provider_agb": "99999999"},
        {"valid_to": "2023-01-01"}, {"reason": None}, {"patient_key": "123456789"},
    ),
    "kpi_observations": (
        {"denominator": "-1"}, {"period_end": "2024-12-31"}, {"kpi_id": "self_care"}, {"numerator": "0"},
        {"kpi_id": "complications", "numerator": "10.5"}, {"denominator": "0"}, {"provider_agb": "99999999"},
    ),
}  # fmt: skip


def record_versions(random: Random, cases: int) -> Iterator[tuple[str, Record]]:
    """Row versions as (feed, row) of what is agreed in a region, with providers and networks."""
    makers = {
        "function_allocations": _allocation,
        "contracts": _contract,
        "transition_arrangements": _arrangement,
        "network_costs": _invoice,
        "exceptions": _exception,
    }
    for feed, make in makers.items():
        for number in range(min(24, 1 + cases // 12)):
            yield feed, make(random, number)
    for number in range(random.randint(0, 3)):
        yield "locations", _location(random, number)
        yield "service_areas", _service_area(random, number)
        yield "kpi_rebasings", _rebasing(random, number)
    for agb in (tiny.HAP, SECOND_HAP):
        for year in YEARS:
            area = random.choice("AB")
            yield "service_areas", tiny_records.service_area(agb, area, year=year)
            if random.random() < 0.8:
                yield "population", tiny_records.inhabitants(area, random.randint(0, 40), year=year)
    plan = Random(f"spending {cases}")
    for number in range(6):
        yield "spending", _spending(plan, number)
    for region in (tiny.NOORD, tiny.ZWOLLE):
        yield "kpi_observations", tiny_records.observation(region)


def _allocation(random: Random, number: int) -> Record:
    clearing = Random(f"clearing {number}")
    return tiny_records.allocation(
        region_code=random.choice((tiny.NOORD, tiny.ZWOLLE)),
        function=random.choice(("triage", "triage", "urgency", "capacity_insight")),
        provider_agb=random.choice((tiny.ZCO, tiny.ZCO, SECOND_ZCO, SECOND_ZCO, tiny.HAP)),
        hours=random.choice((None, "all", "anw", "office")),
        own_patients_excluded=random.choice((None, True, False)),
        funding_source=random.choice((*FUNDING_SOURCES, "availability_contribution")),
        valid_from=random.choice(FROM),
        valid_to=random.choice(TO),
        amount_cents=random.choice((None, 100_000)),
        cleared_from=random.choice((None, tiny.HAP, tiny.RAV)),
        cleared_amount_cents=random.choice((None, 0, 1_000, 10_000)),
        attribution=clearing.choice((None, "key", "key")),
        performed_before=clearing.choice((None, True, False)),
        contract_adapted=clearing.choice((None, True)),
        zvw_verdict=clearing.choice((None, "yes", "undetermined")),
    )


def _arrangement(random: Random, number: int) -> Record:
    return tiny_records.arrangement(
        f"a{number}",
        region_code=random.choice((None, None, tiny.NOORD, tiny.ZWOLLE)),
        insurer_uzovi=random.choice((None, None, *tiny.INSURERS)),
        from_framework=random.choice(("Zvw", "Zvw", "Zvw", "Wmo", "Wlz")),
        to_framework=random.choice(("Wlz", "Wlz", "Wlz", "Wmo")),
        performance_codes=random.choice((None, "G100", "N100|E100", "H200|N100", "N1000")),
        function=random.choice((None, None, None, "triage")),
        anchor=random.choice(("indication", "admission", "death")),
        days=random.choice((0, 1, 41, 42)),
        valid_from=random.choice(FROM),
        valid_to=random.choice(TO),
    )


def _location(random: Random, number: int) -> Record:
    return {
        "provider_agb": random.choice((*AGBS, "99999999")), "location_code": f"L{number}", "unit": "seh",
        "cadence_minutes": random.choice((None, 5, 60)), "valid_from": random.choice(FROM),
        "valid_to": random.choice(TO),
    }  # fmt: skip


def _spending(random: Random, number: int) -> Record:
    return {
        "line": random.choice(("ZC", "LCPS", " ZC")), "year": random.choice((2023, 2024, 1999)),
        "kind": random.choice(("planned", "spent")),
        "instrument": random.choice(("premium", "premium", "subsidy", "tax")),
        "quantity": random.choice(("6", "0.5", "0.0001", "1.00001")),
        "unit_price_cents": random.choice((1, 5_000, 40_000_001)),
        "amount_cents": random.choice((0, number, 230_000_000, -1)), "executed_by": random.choice(("ROAZ", None)),
        "source": "plan",
    }  # fmt: skip


def _service_area(random: Random, number: int) -> Record:
    return {
        "provider_agb": random.choice((*AGBS, "99999999")), "year": random.choice((2025, 2026)),
        "region_code": random.choice((tiny.NOORD, tiny.ZWOLLE, "NL")), "area": f"A{number}",
    }  # fmt: skip


def _rebasing(random: Random, number: int) -> Record:
    return {
        "kpi_id": random.choice(("self_care", "complications", "none")),
        "unit": random.choice(("all", "seh", "kitchen")),
        "region_code": random.choice((tiny.NOORD, "NL", "all", "All")),
        "from_month": random.choice(("2025-01-01", "2025-03-01", "2025-03-02")),
        "reason": f"Change {number}", "source": "Agreement",
    }  # fmt: skip


def _contract(random: Random, number: int) -> Record:
    form = random.choice((*FORMS, *COVERING * 3))
    parameters = sound_parameters(random, form, CODES)
    party = {"provider_agb": random.choice(AGBS)}
    if random.random() < 0.3:
        party = {"provider_agb": None, "network_agb": tiny_records.NETWORK}
        parameters["members"] = random.sample(AGBS, random.randint(0, 3))
    return tiny_records.contract(
        f"K{number}",
        insurer_uzovi=random.choice((None, None, *tiny.INSURERS)),
        form=form,
        scope=random.choice(SCOPES),
        valid_from=random.choice(FROM),
        valid_to=random.choice(TO),
        parameters=parameters,
        **party,
    )


def _invoice(random: Random, number: int) -> Record:
    start = random.choice(("2025-03-01", "2025-03-03", "2025-10-01", "2025-12-01"))
    return tiny_records.invoice(
        f"I{number}",
        member_agb=random.choice(BUDGETED),
        period_start=start,
        period_end=random.choice((start, "2025-12-31", "2026-01-31")),
        wage_cost_cents=random.choice((0, 1, 3_000, 10**9)),
        client_bound=random.random() < 0.8,
    )


def random_observation(random: Random) -> Record:
    """A measurement of the country, a region or a provider, over a period of any length."""
    start, end = random.choice(MEASURED)
    is_share = random.random() < 0.5
    denominator = random.choice((3, 9, 10, 40, 200))
    return tiny_records.observation(
        random.choice(("NL", tiny.NOORD, tiny.NOORD, tiny.ZWOLLE, tiny.ZWOLLE)),
        kpi_id="complications" if is_share else "lead_time",
        provider_agb=random.choice((None, None, tiny.HAP, tiny.RAV, tiny.ZCO)),
        period_start=start,
        period_end=end,
        source=random.choice(("survey", "registration")),
        numerator=str(random.randint(0, denominator)) if is_share else str(random.randint(0, 4 * denominator) / 2),
        denominator=str(denominator),
    )


def _exception(random: Random, number: int) -> Record:
    """One that covers all of a rule and a provider in some period, for lines, payments and invoices too."""
    return tiny_records.exception(
        f"X{number}",
        random.choice(("R02", "R12", "R12", "R13", "R13", "R14", "R15", "R15", "R16", "R16", "R19")),
        provider_agb=random.choice(BUDGETED),
        counter_provider_agb=random.choice((None, None, None, None, tiny.ZCO)),
        patient_key=random.choice((*[None] * 7, tiny.bsn(1))),
        valid_from=random.choice((*FROM, *(f"{year}-05-17" for year in YEARS))),
        valid_to=random.choice((*TO, "2025-01-01")),
    )
