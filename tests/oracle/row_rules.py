"""Rules over one row, what its columns say of each other: `values` as far as they can be read, `cells` as delivered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from .bsn import passes
from .contract_fit import FORMS, fits, is_scope
from .kpi_catalogue import catalogue
from .reading import Cell

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

Values = Any  # the named tuple of a feed's columns, None where empty or not readable


def local_day(instant: datetime) -> date:
    return instant.astimezone(AMSTERDAM).date()


def no_rules(_values: Values, _cells: Values, _delivered: date) -> set[str]:
    return set()


def _failed_eleven_test(patient: str | None) -> set[str]:
    is_wrong = patient and len(patient) == 9 and not passes(patient)
    return {"failed_eleven_test"} if is_wrong else set()


def _declaration(values: Values, cells: Values, delivered: date) -> set[str]:
    day = values.service_start and local_day(values.service_start)
    declared = values.declared_on
    broken = {
        "credit_without_reference": values.debit_credit == "C" and not cells.corrects_declaration_id,
        "debit_with_reference": values.debit_credit == "D" and cells.corrects_declaration_id,
        "birth_year_after_delivery": values.birth_year and values.birth_year > delivered.year,
        "service_end_before_start": day and values.service_end and values.service_end < values.service_start,
        "service_after_delivery": day and day > delivered,
        "declared_before_service": day and declared and declared < day,
        "declared_after_delivery": declared and declared > delivered,
    }
    return _failed_eleven_test(values.patient_key) | {rule for rule, is_broken in broken.items() if is_broken}


def _period(values: Values, _cells: Values, _delivered: date) -> set[str]:
    ends_early = values.valid_from and values.valid_to and values.valid_to < values.valid_from
    return {"valid_to_before_valid_from"} if ends_early else set()


def _tariff(values: Values, cells: Values, delivered: date) -> set[str]:
    no_tariff = values.tariff_kind and values.tariff_kind != "free" and not cells.tariff_cents
    return _period(values, cells, delivered) | ({"tariff_missing"} if no_tariff else set())


def _budget(values: Values, cells: Values, _delivered: date) -> set[str]:
    percentage = values.percentage if cells.percentage else Decimal(100)
    if None in (values.quantity, values.unit_price_cents, percentage, values.amount_cents):
        return set()
    exact = Fraction(values.quantity) * values.unit_price_cents * Fraction(percentage) / 100
    return set() if round(exact) == values.amount_cents else {"amount_does_not_follow"}


def _contact(values: Values, cells: Values, delivered: date) -> set[str]:
    offered, answered = values.offered_at, values.answered_at
    broken = {
        "answered_before_offered": offered and answered and answered < offered,
        "triage_ended_before_answer": _is_too_early(values.triage_ended_at, answered, cells.answered_at),
        "placed_before_answer": _is_too_early(values.placed_at, answered, cells.answered_at),
        "offered_after_delivery": offered and local_day(offered) > delivered,
    }
    return _failed_eleven_test(values.patient_key) | {rule for rule, is_broken in broken.items() if is_broken}


def _is_too_early(instant: datetime | None, answered: datetime | None, answered_cell: Cell) -> bool:
    """Before the answer, or without one; beside an answer that can't be read nothing is said."""
    return instant is not None and (not answered_cell or (answered is not None and instant < answered))


def _observed(values: Values, _cells: Values, _delivered: date) -> set[str]:
    ends_early = values.period_start and values.period_end and values.period_end < values.period_start
    return {"period_end_before_start"} if ends_early else set()


def _measurement(values: Values, cells: Values, delivered: date) -> set[str]:
    """A share counts a part of its denominator; nothing can be counted among nobody."""
    broken = _observed(values, cells, delivered)
    if None not in (values.numerator, values.denominator):
        if values.denominator == 0 < values.numerator:
            broken.add("no_denominator")
        if (
            values.kpi_id
            and catalogue()[values.kpi_id]["measure_unit"] == "%"
            and values.numerator > values.denominator
        ):
            broken.add("share_above_one")
    return broken


def _rebasing(values: Values, _cells: Values, _delivered: date) -> set[str]:
    broken = {
        "unknown_kpi": values.kpi_id and values.kpi_id not in catalogue(),
        "not_first_of_month": values.from_month and values.from_month.day != 1,
    }
    return {rule for rule, is_broken in broken.items() if is_broken}


def _of_patient(values: Values, cells: Values, delivered: date) -> set[str]:
    return _failed_eleven_test(values.patient_key) | _period(values, cells, delivered)


def _contract(values: Values, cells: Values, delivered: date) -> set[str]:
    faults = _period(values, cells, delivered)
    if not values.form:
        return faults
    parties = [bool(cells.provider_agb), bool(cells.network_agb)]
    is_read = {name: bool(getattr(cells, name)) == bool(getattr(values, name)) for name in ("scope", "parameters")}
    if is_read["scope"] and (sum(parties) != 1 or values.form not in FORMS or not is_scope(values.scope)):
        faults.add("contract_does_not_fit")
    if is_read["parameters"] and values.form in FORMS and not fits(values.form, values.parameters, parties[1]):
        faults.add("parameters_do_not_fit")
    return faults


def _arrangement(values: Values, cells: Values, delivered: date) -> set[str]:
    faults = _period(values, cells, delivered)
    if not (cells.performance_codes or cells.function):
        faults.add("arrangement_of_nothing")
    return faults


ROW_RULES: dict[str, Callable[[Values, Values, date], set[str]]] = {
    "declarations": _declaration,
    "providers": _period,
    "insurers": _period,
    "tariffs": _tariff,
    "budgets": _budget,
    "contacts": _contact,
    "kpi_observations": _measurement,
    "legal_indications": _of_patient,
    "function_allocations": _period,
    "contracts": _contract,
    "network_costs": _observed,
    "exceptions": _of_patient,
    "locations": _period,
    "kpi_rebasings": _rebasing,
    "transition_arrangements": _arrangement,
}
