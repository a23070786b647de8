"""What is wrong with contracts at the door: a scope, a form or a party, and for each form a field of its parameters."""

from __future__ import annotations

from typing import Any

from dagster_project.sample.contract_parameters import as_field, sound_parameters

YEARS = range(2024, 2025)
PARAMETERS = "parameters_do_not_fit"
LEFT_OUT = object()
WRONG: dict[str, dict[str, Any]] = {
    "fee_for_service": {"price_cents": 2_900},
    "contract_sum": {"sums": LEFT_OUT},
    "revenue_ceiling": {"ceilings": {"2024": 18_000_000.5}},
    "revenue_guarantee": {"guarantees": {"2024": "9000000"}},
    "pay_for_performance": {"measured": LEFT_OUT},
    "shared_savings": {"share": 0.5},
    "bundle": {"settlement": "afterwards"},
    "capitation": {"enrolled": 900},
    "population_budget": {"areas": "Groningen"},
    "budget": {"amount_cents": 1},
    "per_insured": {"title": "azr"},
    "availability": {"amounts": {"every year": 45_000_000}},
    "cashier": {"client_share": "1.5"},
}
"""For each form the field that is wrong, unknown or left out."""
DOES_NOT_FIT: dict[str, dict[str, str]] = {
    "no_party": {"provider_agb": ""},
    "two_parties": {"network_agb": "67900361"},
    "scope_in_words": {"scope": "crisis beds of the region"},
    "scope_of_no_function": {"scope": "function:reception"},
    "no_scope": {"scope": ""},
    "unknown_form": {"form": "gift"},
}


def fields_that_do_not_fit() -> list[tuple[str, str, dict[str, str]]]:
    """Name of the fault, rule that says so, and the fields of the row that it changes."""
    faults = [(name, "contract_does_not_fit", changes) for name, changes in DOES_NOT_FIT.items()]
    faults.append(("no_json", PARAMETERS, {"parameters": "none"}))
    for number, (form, wrong) in enumerate(WRONG.items()):
        given = sound_parameters(form, YEARS, turn=1) | wrong
        kept = {name: value for name, value in given.items() if value is not LEFT_OUT}
        faults.append((f"wrong_{number:02d}_{form}", PARAMETERS, {"form": form, "parameters": as_field(kept)}))
    return faults
