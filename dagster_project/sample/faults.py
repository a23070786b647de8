"""Rows with faults, as raw fields: every row rule and kind of invalid value of the daily feeds, and some elsewhere.

A fault's rules are the names that the door or the reference check gives. Nothing here decides where a row is put:
that is `fault_plan`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dagster_project.sample.contract_faults import fields_that_do_not_fit
from dagster_project.sample.days import AMSTERDAM

Fields = dict[str, str]
Change = str | Callable[[date], str]
UNKNOWN_PROVIDER, UNKNOWN_INSURER, UNKNOWN_CODE = "99999991", "9990", "XX999"


@dataclass(frozen=True)
class FaultKind:
    """What is wrong: a name, its rules, the fields it changes, and by how many fields its line is too long or short."""

    name: str
    rules: tuple[str, ...]
    changes: dict[str, Change] = field(default_factory=dict)
    may_also: tuple[str, ...] = ()
    extra_fields: int = 0

    def applied(self, row: Fields, delivered_on: date, serial: int) -> Fields:
        """The row with its fault.

        In a change, `{n}` becomes the serial number, so that no two faults share a key, and `{patient}` the row's BSN.
        """
        made = {name: _text(change, delivered_on) for name, change in self.changes.items()}
        patient = row.get("patient_key", "")
        return row | {n: text.replace("{n}", str(serial)).replace("{patient}", patient) for n, text in made.items()}


def _text(change: Change, delivered_on: date) -> str:
    return change if isinstance(change, str) else change(delivered_on)


def local_text(day: date, hour: int = 10, minute: int = 0) -> str:
    """An instant of a day as delivered: local time with offset."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=AMSTERDAM).isoformat()


def _missing(*columns: str) -> list[FaultKind]:
    return [FaultKind(f"missing_{column}", (f"missing_{column}",), {column: ""}) for column in columns]


def _invalid(column: str, *values: Change) -> list[FaultKind]:
    return [
        FaultKind(f"invalid_{column}_{turn}", (f"invalid_{column}",), {column: value})
        for turn, value in enumerate(values, 1)
    ]


def _field_count() -> list[FaultKind]:
    return [
        FaultKind("one_field_too_few", ("wrong_field_count",), extra_fields=-1),
        FaultKind("one_field_too_many", ("wrong_field_count",), extra_fields=1),
    ]


def _shifted(days: int, hour: int = 10, minute: int = 0) -> Callable[[date], str]:
    return lambda delivered_on: local_text(delivered_on + timedelta(days=days), hour, minute)


def _day(days: int) -> Callable[[date], str]:
    return lambda delivered_on: (delivered_on + timedelta(days=days)).isoformat()


DECLARATION_FAULTS: tuple[FaultKind, ...] = (
    *_missing(
        "declaration_id",
        "debit_credit",
        "provider_agb",
        "insurer_uzovi",
        "patient_key",
        "performance_code",
        "service_start",
        "quantity",
        "amount_cents",
        "legal_framework",
        "declared_on",
    ),
    *_invalid("declaration_id", "D-123456789-123456789-{n}", "D {n}", "D#{n}"),
    *_invalid("debit_credit", "X", "d"),
    FaultKind(
        "invalid_corrects_declaration_id",
        ("invalid_corrects_declaration_id",),
        {"debit_credit": "C", "corrects_declaration_id": "D 1"},
        ("credit_without_reference",),
    ),
    *_invalid("provider_agb", "1234567", "123456789", "5390000A"),
    *_invalid("insurer_uzovi", "900", "90011", "ABCD"),
    *_invalid("patient_key", "12345678", "0" * 63, "g" * 64),
    *_invalid("birth_year", "1899", "-1", "1970.5", "unknown"),
    *_invalid("performance_code", "#1", "HA 001"),
    *_invalid("service_start", lambda day: f"{day}T10:00:00", "2025-02-31T10:00:00+01:00", "yesterday"),
    *_invalid("service_end", lambda day: f"{day}T10:15:00", "25:61"),
    *_invalid("episode_id", "two words", "E" * 41),
    *_invalid("quantity", "0", "-1", "1.5", "one", "1000001"),
    *_invalid("amount_cents", "-5", "12.50", "1e3", "free"),
    *_invalid("legal_framework", "ZVW", "Other"),
    *_invalid("declared_on", "31-12-2025", "2025-02-30", "20250301"),
    FaultKind("failed_eleven_test", ("failed_eleven_test",), {"patient_key": "900000001"}),
    FaultKind("credit_without_reference", ("credit_without_reference",), {"debit_credit": "C"}),
    FaultKind("debit_with_reference", ("debit_with_reference",), {"corrects_declaration_id": "D000000001"}),
    FaultKind(
        "birth_year_after_delivery", ("birth_year_after_delivery",), {"birth_year": lambda day: str(day.year + 1)}
    ),
    FaultKind("service_end_before_start", ("service_end_before_start",), {"service_end": _shifted(0, 9, 59)}),
    FaultKind(
        "service_and_declared_after_delivery",
        ("service_after_delivery", "declared_after_delivery"),
        {"service_start": _shifted(2), "service_end": "", "declared_on": _day(2)},
    ),
    FaultKind(
        "service_after_delivery",
        ("service_after_delivery", "declared_before_service"),
        {"service_start": _shifted(2), "service_end": ""},
    ),
    FaultKind("declared_before_service", ("declared_before_service",), {"declared_on": _day(-1)}),
    FaultKind("declared_after_delivery", ("declared_after_delivery",), {"declared_on": _day(1)}),
    FaultKind("bsn_in_episode_id", ("bsn_in_episode_id",), {"episode_id": "E{patient}"}),
    FaultKind(
        "three_at_once",
        ("invalid_quantity", "missing_amount_cents", "invalid_legal_framework"),
        {"quantity": "0", "amount_cents": "", "legal_framework": "?"},
    ),
    *_field_count(),
    FaultKind(
        "unknown_provider", ("unknown_provider",), {"provider_agb": UNKNOWN_PROVIDER}, ("unknown_performance_code",)
    ),
    FaultKind("unknown_insurer", ("unknown_insurer",), {"insurer_uzovi": UNKNOWN_INSURER}),
    FaultKind("unknown_performance_code", ("unknown_performance_code",), {"performance_code": UNKNOWN_CODE}),
    FaultKind("code_of_another_sector", ("unknown_performance_code",), {"performance_code": "GP001"}),
)

SNAPSHOT_FAULTS: tuple[FaultKind, ...] = (
    *_missing("provider_agb", "location_code", "unit", "measured_at", "status"),
    *_invalid("provider_agb", "1234567", "0690008A"),
    *_invalid("location_code", "#{n}", "L {n}", "L" * 41 + "{n}"),
    *_invalid("unit", "SEH", "corridor"),
    *_invalid("measured_at", lambda day: f"{day}T10:00:30", "2025-02-30T10:00:30+01:00", "noon"),
    *_invalid("places_total", "-1", "12.5", "many", "1000001"),
    *_invalid("places_occupied", "-1", "12.5", "many"),
    *_invalid("status", "closed", "Open"),
    *_invalid("crowding_index", "-1", "1.23456", "high"),
    *_field_count(),
    FaultKind("unknown_provider", ("unknown_provider",), {"provider_agb": UNKNOWN_PROVIDER}),
)

CONTACT_FAULTS: tuple[FaultKind, ...] = (
    *_missing("contact_id", "provider_agb", "caller", "line", "offered_at"),
    *_invalid("contact_id", "C" * 41 + "{n}", "C {n}", "C#{n}"),
    *_invalid("provider_agb", "1234567", "9790000A"),
    *_invalid("caller", "Patient", "neighbour"),
    *_invalid("line", "112", "regular line"),
    *_invalid("offered_at", lambda day: f"{day}T10:00:00", "2025-02-31T10:00:00+01:00", "just now"),
    *_invalid("answered_at", lambda day: f"{day}T10:01:00", "no"),
    *_invalid("triage_ended_at", lambda day: f"{day}T10:06:00", "24:00"),
    *_invalid("urgency", "3", "U6"),
    *_invalid("multidisciplinary", "yes", "1"),
    *_invalid("disposition", "SEH", "home"),
    *_invalid("placed_at", lambda day: f"{day}T11:00:00", "later"),
    *_invalid("placement_calls", "-1", "2.5", "10001"),
    *_invalid("standard_message", "sent", "0"),
    *_invalid("episode_id", "two words", "E" * 41),
    *_invalid("patient_key", "12345678", "0" * 63, "g" * 64),
    FaultKind("failed_eleven_test", ("failed_eleven_test",), {"patient_key": "900000001"}),
    FaultKind("answered_before_offered", ("answered_before_offered",), {"answered_at": _shifted(0, 9, 59)}),
    FaultKind("triage_ended_before_answer", ("triage_ended_before_answer",), {"triage_ended_at": _shifted(0, 10, 0)}),
    FaultKind("placed_before_answer", ("placed_before_answer",), {"placed_at": _shifted(0, 10, 0)}),
    FaultKind("never_answered", ("triage_ended_before_answer", "placed_before_answer"), {"answered_at": ""}),
    FaultKind(
        "offered_after_delivery",
        ("offered_after_delivery",),
        {"offered_at": _shifted(1, 0, 0)} | dict.fromkeys(("answered_at", "triage_ended_at", "placed_at"), ""),
    ),
    FaultKind("bsn_in_episode_id", ("bsn_in_episode_id",), {"episode_id": "E{patient}"}),
    *_field_count(),
    FaultKind("unknown_provider", ("unknown_provider",), {"provider_agb": UNKNOWN_PROVIDER}),
)

ENDS_BEFORE = FaultKind("valid_to_before_valid_from", ("valid_to_before_valid_from",), {"valid_to": "2014-12-31"})
NO_BSN = FaultKind("failed_eleven_test", ("failed_eleven_test",), {"patient_key": "900000001"})
UNKNOWN_REGION = FaultKind("unknown_region", ("unknown_region",), {"region_code": "Noord"})
ABOVE_ONE = FaultKind(
    "share_above_one", ("share_above_one",), {"kpi_id": "complications", "numerator": "200", "denominator": "12"}
)
NO_DENOMINATOR = FaultKind(
    "no_denominator", ("no_denominator",), {"kpi_id": "lead_time", "numerator": "5", "denominator": "0"}
)
PERIOD_ENDS_BEFORE = FaultKind("period_end_before_start", ("period_end_before_start",), {"period_end": "2014-12-31"})


def _unknown_provider(column: str = "provider_agb") -> FaultKind:
    return FaultKind("unknown_provider", ("unknown_provider",), {column: UNKNOWN_PROVIDER})


REGISTER_FAULTS: dict[str, tuple[FaultKind, ...]] = {
    "providers": (ENDS_BEFORE, UNKNOWN_REGION),
    "insurers": (ENDS_BEFORE,),
    "tariffs": (
        ENDS_BEFORE,
        FaultKind("tariff_missing", ("tariff_missing",), {"tariff_cents": ""}),
        _unknown_provider(),
    ),
    "budgets": (
        FaultKind("amount_does_not_follow", ("amount_does_not_follow",), {"amount_cents": "100001"}),
        _unknown_provider(),
        FaultKind("unknown_insurer", ("unknown_insurer",), {"representing_uzovi_1": UNKNOWN_INSURER}),
    ),
    "payments": (
        _unknown_provider(),
        FaultKind("unknown_insurer", ("unknown_insurer",), {"insurer_uzovi": UNKNOWN_INSURER}),
    ),
    "kpi_observations": (PERIOD_ENDS_BEFORE, ABOVE_ONE, NO_DENOMINATOR, _unknown_provider(), UNKNOWN_REGION),
    "legal_indications": (NO_BSN, ENDS_BEFORE),
    "function_allocations": (ENDS_BEFORE, _unknown_provider(), UNKNOWN_REGION),
    "contracts": (
        ENDS_BEFORE,
        *(FaultKind(name, (rule,), changes) for name, rule, changes in fields_that_do_not_fit()),
        _unknown_provider(),
        FaultKind("unknown_insurer", ("unknown_insurer",), {"insurer_uzovi": UNKNOWN_INSURER}),
    ),
    "network_costs": (PERIOD_ENDS_BEFORE, _unknown_provider("member_agb")),
    "exceptions": (
        NO_BSN,
        ENDS_BEFORE,
        FaultKind("bsn_in_reason", ("bsn_in_reason",), {"reason": "asked by {patient}"}),
        _unknown_provider(),
    ),
    "locations": (ENDS_BEFORE, _unknown_provider()),
    "service_areas": (_unknown_provider(), UNKNOWN_REGION),
    "kpi_rebasings": (
        FaultKind("unknown_kpi", ("unknown_kpi",), {"kpi_id": "lead-time-{n}"}),
        FaultKind("not_first_of_month", ("not_first_of_month",), {"from_month": "2014-12-31"}),
        UNKNOWN_REGION,
    ),
    "provider_costs": (
        _unknown_provider(),
        FaultKind("costs_of_no_edition", ("invalid_edition",), {"edition": "determined"}),
        FaultKind("costs_of_no_law", ("invalid_legal_framework",), {"legal_framework": "AWBZ"}),
    ),
    "transition_arrangements": (
        ENDS_BEFORE,
        FaultKind("arrangement_of_nothing", ("arrangement_of_nothing",), {"function": ""}),
        FaultKind("unknown_insurer", ("unknown_insurer",), {"insurer_uzovi": UNKNOWN_INSURER}),
        UNKNOWN_REGION,
    ),
    "spending": (FaultKind("invalid_instrument", ("invalid_instrument",), {"instrument": "tax"}),),
}
