"""A sound row of each feed that nothing else refers to, so that a fault can be put into it."""

from __future__ import annotations

from datetime import date, timedelta

from dagster_project.feeds.kpi_observations import ALL_KPIS
from dagster_project.sample.contract_parameters import as_field, sound_parameters


def sound_row_of(feed: str, label: str, turn: int, agb: str, patient_key: str, first: date) -> dict[str, str]:
    """The row as raw fields.

    `label`, or its number `turn`, makes its key, `agb` is a network that declares nothing, `first` the first day.
    """
    year, day = str(first.year), first.isoformat()
    rows = {
        "locations": {
            "provider_agb": agb, "location_code": label, "unit": "hap", "cadence_minutes": "60", "valid_from": day,
        },
        "service_areas": {"provider_agb": agb, "year": year, "region_code": "noord", "area": f"Area {label}"},
        "kpi_rebasings": {
            "kpi_id": ALL_KPIS[turn % len(ALL_KPIS)], "region_code": "noord", "unit": "all",
            "from_month": f"{year}-01-01",
            "reason": "A change", "source": "Made up",
        },
        "provider_costs": {
            "provider_agb": agb, "year": year, "category": f"category {label}", "edition": "provisional",
            "legal_framework": "Zvw", "amount_cents": "100000",
        },
        "spending": {
            "line": label, "year": year, "kind": "spent", "instrument": "subsidy", "quantity": "1.0000",
            "unit_price_cents": "100000", "amount_cents": "100000", "executed_by": "LNAZ", "source": "made up",
        },
        "budgets": {
            "provider_agb": agb, "year": year, "edition": "requested", "component": "capacity", "parameter": label,
            "quantity": "1.0000", "unit_price_cents": "100000", "amount_cents": "100000", "legal_framework": "Zvw",
        },
        "payments": {
            "payment_id": f"F{label}", "provider_agb": agb, "insurer_uzovi": "9001", "for_year": year, "paid_on": day,
            "kind": "advance", "debit_credit": "D", "amount_cents": "5000",
        },
        "kpi_observations": {
            "kpi_id": "lead_time", "region_code": "noord", "provider_agb": agb, "period_start": day, "period_end": day,
            "numerator": "26.5", "denominator": "10", "source": label,
        },
        "legal_indications": {
            "patient_key": patient_key, "framework": "Wmo", "with_treatment": "false", "valid_from": day,
        },
        "function_allocations": {
            "region_code": "noord", "function": "supraregional", "provider_agb": agb,
            "funding_source": "current_funding", "valid_from": (first + timedelta(days=turn)).isoformat(),
            "amount_cents": "1000",
        },
        "transition_arrangements": {
            "arrangement_id": f"F{label}", "from_framework": "Jw", "to_framework": "Wmo", "function": "supraregional",
            "anchor": "indication", "days": "0", "valid_from": day, "source": "Regional table",
        },
        "contracts": {
            "contract_id": f"F{label}", "provider_agb": agb, "insurer_uzovi": "9001", "form": "contract_sum",
            "scope": "codes:NOTHING", "valid_from": day,
            "parameters": as_field(sound_parameters("contract_sum", range(first.year, first.year + 1))),
        },
        "network_costs": {
            "invoice_id": f"F{label}", "network_agb": agb, "member_agb": agb, "period_start": day, "period_end": day,
            "staff_hours": "1.00", "wage_cost_cents": "6000", "client_bound": "false",
        },
        "exceptions": {
            "exception_id": f"F{label}", "rule": "R01", "provider_agb": agb, "patient_key": patient_key,
            "valid_from": day, "valid_to": day, "approved_by": "Regional table", "reason": "Agreed beforehand",
        },
    }  # fmt: skip
    return rows[feed]
