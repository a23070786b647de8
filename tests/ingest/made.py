"""Deliveries that fit in the head: one sound row of each feed, and landing folders made from rows or bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.ingest import IngestReport, Ledger, ingest

KEY = "a key of the tests that is long enough"
DAY = date(2026, 1, 31)
AS_OF = date(2026, 12, 31)
BSN = "111222333"
BSN_2 = "123456782"

ROWS: dict[str, dict[str, str]] = {
    "declarations": {
        "declaration_id": "D1", "debit_credit": "D", "corrects_declaration_id": "", "provider_agb": "53000001",
        "insurer_uzovi": "0101", "patient_key": BSN, "birth_year": "1970", "performance_code": "HA001",
        "service_start": "2026-01-30T10:00:00+01:00", "service_end": "2026-01-30T10:15:00+01:00", "episode_id": "E1",
        "quantity": "1", "amount_cents": "5975", "legal_framework": "Zvw", "declared_on": "2026-01-31",
    },
    "capacity_snapshots": {
        "provider_agb": "06000001", "location_code": "L1", "unit": "seh", "measured_at": "2026-01-30T10:00:00+01:00",
        "places_total": "20", "places_occupied": "25", "status": "open", "crowding_index": "84.5",
    },
    "market_shares": {
        "year": "2025", "scope": "noord", "insurer_uzovi": "0101", "edition": "definitive", "share": "0.12345678",
        "insured_count": "1000",
    },
    "providers": {
        "agb": "53000001", "name": "Post", "sector": "hap", "region_code": "noord", "valid_from": "2020-01-01",
        "valid_to": "",
    },
    "insurers": {"uzovi": "0101", "name": "A", "concern": "B", "valid_from": "2020-01-01", "valid_to": ""},
    "tariffs": {
        "performance_code": "HA001", "code_list": "COD367", "description": "Consult", "sector": "hap",
        "function": "care", "provider_agb": "", "tariff_kind": "fixed", "tariff_cents": "5975",
        "covers_budget": "true", "counts_for_deductible": "false", "max_per_day": "", "macro_category": "",
        "valid_from": "2020-01-01", "valid_to": "",
    },
    "budgets": {
        "provider_agb": "53000001", "year": "2026", "edition": "agreed", "component": "capacity",
        "parameter": "fte", "quantity": "3.5", "unit_price_cents": "1001", "percentage": "50",
        "amount_cents": "1752", "function": "", "representing_uzovi_1": "0101", "representing_uzovi_2": "",
        "legal_framework": "Zvw",
    },
    "payments": {
        "payment_id": "P1", "provider_agb": "53000001", "insurer_uzovi": "0101", "paid_on": "2026-01-15",
        "for_year": "2026", "kind": "lump_sum", "debit_credit": "D", "amount_cents": "100",
    },
    "population": {"year": "2026", "region_code": "noord", "area": "Groningen", "inhabitants": "230000"},
    "contacts": {
        "contact_id": "T1", "provider_agb": "97000001", "caller": "patient", "line": "regular",
        "offered_at": "2026-01-30T10:00:00+01:00", "answered_at": "2026-01-30T10:01:00+01:00",
        "triage_ended_at": "2026-01-30T10:07:00+01:00", "urgency": "U3", "multidisciplinary": "true",
        "disposition": "elv", "placed_at": "2026-01-30T11:00:00+01:00", "placement_calls": "2",
        "standard_message": "true", "episode_id": "E1", "patient_key": BSN,
    },
    "kpi_observations": {
        "kpi_id": "apop_screening", "region_code": "noord", "provider_agb": "", "period_start": "2026-01-01",
        "period_end": "2026-03-31", "numerator": "83.5", "denominator": "100", "source": "survey",
    },
    "legal_indications": {
        "patient_key": BSN, "framework": "Wlz", "with_treatment": "true", "valid_from": "2026-01-01", "valid_to": "",
        "admitted_on": "2026-01-05", "died_on": "",
    },
    "function_allocations": {
        "region_code": "noord", "function": "triage", "provider_agb": "97000001", "funding_source": "zco_budget",
        "valid_from": "2026-01-01", "valid_to": "", "amount_cents": "100", "cleared_from": "53000001",
        "cleared_amount_cents": "100", "hours": "anw", "own_patients_excluded": "true", "performed_before": "true",
        "attribution": "hours of staff", "contract_adapted": "false", "zvw_verdict": "yes", "level": "micro",
        "individual_care": "true", "traceable": "true", "holder_is_provider": "care",
    },
    "contracts": {
        "contract_id": "K1", "provider_agb": "53000001", "network_agb": "", "insurer_uzovi": "", "form": "contract_sum",
        "scope": "codes:HA001|HA002", "valid_from": "2026-01-01", "valid_to": "",
        "parameters": '{"sums": {"2026": 5000}}',
    },
    "network_costs": {
        "invoice_id": "I1", "network_agb": "98000001", "member_agb": "53000001", "period_start": "2026-01-01",
        "period_end": "2026-01-31", "staff_hours": "12.50", "wage_cost_cents": "65000", "client_bound": "true",
        "client_activities": "9",
    },
    "exceptions": {
        "exception_id": "X1", "rule": "R04", "provider_agb": "53000001", "counter_provider_agb": "",
        "patient_key": BSN, "valid_from": "2026-01-01", "valid_to": "2026-12-31", "approved_by": "Committee",
        "reason": "Agreed beforehand",
    },
    "provider_costs": {
        "provider_agb": "53000001", "year": "2025", "category": "staff", "edition": "audited",
        "legal_framework": "Zvw", "amount_cents": "100",
    },
    "spending": {
        "line": "Data exchange", "year": "2026", "kind": "planned", "instrument": "programme", "quantity": "1",
        "unit_price_cents": "50000", "amount_cents": "50000", "executed_by": "VWS", "source": "Spending plan",
    },
    "service_areas": {
        "provider_agb": "53000001", "year": "2026", "region_code": "noord", "area": "Groningen",
    },
    "kpi_rebasings": {
        "kpi_id": "self_care", "region_code": "noord", "unit": "all", "from_month": "2026-01-01",
        "reason": "One triage for the region", "source": "Plan of the region",
    },
    "locations": {
        "provider_agb": "06000001", "location_code": "L1", "unit": "seh", "cadence_minutes": "15",
        "valid_from": "2026-01-01", "valid_to": "",
    },
    "transition_arrangements": {
        "arrangement_id": "A1", "region_code": "noord", "insurer_uzovi": "0101", "from_framework": "Zvw",
        "to_framework": "Wlz", "performance_codes": "GP003|DN003", "function": "", "anchor": "admission", "days": "42",
        "valid_from": "2026-01-01", "valid_to": "", "source": "agreed in the region",
    },
}  # fmt: skip


def row(feed: str, **changes: str) -> dict[str, str]:
    """The sound row of the feed with changes."""
    return ROWS[feed] | changes


def without(feed: str, *names: str) -> dict[str, str]:
    """The sound row of the feed without some columns."""
    return {name: value for name, value in row(feed).items() if name not in names}


def csv_bytes(rows: Iterable[Mapping[str, str]], separator: str = ",", end: str = "\n") -> bytes:
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def lines(feed: str, *texts: str | bytes) -> bytes:
    """The feed's header in the contract's order, then these lines."""
    body = [text if isinstance(text, bytes) else text.encode() for text in texts]
    return b"\n".join([",".join(FEEDS[feed].names).encode(), *body, b""])


def line(feed: str, **changes: str) -> str:
    made = row(feed, **changes)
    return ",".join(made[name] for name in FEEDS[feed].names)


def deliver(landing: Path, feed: str, data: bytes, name: str = "a.csv", day: date = DAY) -> Path:
    """Put bytes into the landing folder, by rename as a deliverer should."""
    path = landing / feed / day.isoformat() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(name + ".part")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    return path


class Home:
    """A landing and a home folder, and what the door made of them."""

    def __init__(self, folder: Path) -> None:
        self.landing, self.home = folder / "landing", folder / "home"
        self.landing.mkdir(parents=True)

    def deliver(self, feed: str, data: bytes, name: str = "a.csv", day: date = DAY) -> Path:
        return deliver(self.landing, feed, data, name, day)

    def ingest(self, **options: object) -> IngestReport:
        return ingest(self.landing, self.home, KEY, **({"as_of": AS_OF} | options))

    def versions(self, as_of: date = AS_OF) -> pl.DataFrame:
        with Ledger(self.home) as ledger:
            return ledger.versions(as_of)

    def version(self) -> dict[str, object]:
        """The one version in force."""
        return self.versions().filter("in_force").row(0, named=True)

    def _rows(self, feed: str, column: str) -> pl.DataFrame:
        versions = self.versions().filter("in_force", pl.col(column).is_not_null(), feed=feed)
        frames = [pl.read_parquet(self.home / name) for name in versions[column].unique().sort()]
        if not frames:
            return pl.DataFrame()
        return pl.concat(frames).join(versions, on="version_id", how="semi").sort("version_id", "row")

    def accepted(self, feed: str) -> pl.DataFrame:
        return self._rows(feed, "store_file")

    def accepted_rows(self, feed: str) -> int:
        return self.accepted(feed).height

    def quarantined(self, feed: str) -> pl.DataFrame:
        return self._rows(feed, "quarantine_file")

    def rules(self, feed: str) -> dict[int, list[str]]:
        """Row → rules, of the quarantined rows."""
        frame = self.quarantined(feed)
        return dict(frame.select("row", "rules").iter_rows()) if frame.height else {}
