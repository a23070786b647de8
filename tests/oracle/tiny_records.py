"""Rows of the feeds that the rules of double funding read beside declarations, each right in itself; see `tiny`."""

from __future__ import annotations

import json

from . import tiny
from .writing import Record

NETWORK = "98000001"


def indication(patient: str, **changes: object) -> Record:
    """A Wlz indication with treatment from 2025 on."""
    row = {"patient_key": patient, "framework": "Wlz", "with_treatment": True, "valid_from": "2025-01-01"}
    return row | changes


def arrangement(arrangement_id: str, **changes: object) -> Record:
    """Case management (G100) goes on under the Zvw for 42 days after an indication under the Wlz, from 2025 on."""
    row = {
        "arrangement_id": arrangement_id,
        "from_framework": "Zvw",
        "to_framework": "Wlz",
        "performance_codes": "X999|G100",
        "anchor": "indication",
        "days": 42,
        "valid_from": "2025-01-01",
        "source": "the region",
    }
    return row | changes


def allocation(**changes: object) -> Record:
    """The coordination organisation of Noord holds the triage from 2025 on."""
    row = {
        "region_code": tiny.NOORD,
        "function": "triage",
        "provider_agb": tiny.ZCO,
        "funding_source": "zco_budget",
        "hours": "all",
        "valid_from": "2025-01-01",
    }
    return row | changes


def contract(contract_id: str, **changes: object) -> Record:
    """A capitation of the GP post with every insurer from 2025 on, for H200; `parameters` may be an object."""
    row = {
        "contract_id": contract_id,
        "provider_agb": tiny.HAP,
        "form": "capitation",
        "scope": "codes:H200",
        "valid_from": "2025-01-01",
        "parameters": {"amount_cents_per_year": 1_000, "parties": "one"},
    } | changes
    given = row["parameters"]
    return row | {"parameters": json.dumps(given) if isinstance(given, dict) else given}


def service_area(agb: str, area: str, **changes: object) -> Record:
    """An area of Noord that a provider serves in 2025."""
    return {"provider_agb": agb, "year": 2025, "region_code": tiny.NOORD, "area": area} | changes


def inhabitants(area: str, number: int, **changes: object) -> Record:
    """How many live in an area of Noord in 2025."""
    return {"year": 2025, "region_code": tiny.NOORD, "area": area, "inhabitants": number} | changes


def invoice(invoice_id: str, **changes: object) -> Record:
    """What the GP post invoices to its network for its hours in March 2025."""
    row = {
        "invoice_id": invoice_id,
        "network_agb": NETWORK,
        "member_agb": tiny.HAP,
        "period_start": "2025-03-01",
        "period_end": "2025-03-31",
        "staff_hours": "12.50",
        "wage_cost_cents": 50_000,
        "client_bound": True,
    }
    return row | changes


def contact(contact_id: str, **changes: object) -> Record:
    """A call to the GP post on 3 March 2025."""
    row = {
        "contact_id": contact_id,
        "provider_agb": tiny.HAP,
        "caller": "patient",
        "line": "regular",
        "offered_at": "2025-03-03T09:00:00+01:00",
        "answered_at": "2025-03-03T09:01:00+01:00",
        "episode_id": "e1",
    }
    return row | changes


def exception(exception_id: str, rule: str, **changes: object) -> Record:
    """An exception for the GP post in 2025."""
    row = {
        "exception_id": exception_id,
        "rule": rule,
        "provider_agb": tiny.HAP,
        "valid_from": "2025-01-01",
        "valid_to": "2025-12-31",
        "approved_by": "the regulator",
        "reason": "a pilot, with consent",
    }
    return row | changes


def observation(region: str, **changes: object) -> Record:
    row = {
        "kpi_id": "lead_time",
        "region_code": region,
        "period_start": "2025-01-01",
        "period_end": "2025-03-31",
        "numerator": "120.5",
        "denominator": "10",
        "source": "survey",
    }
    return row | changes
