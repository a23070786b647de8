"""Whether a contract's scope and parameters are those of its form: the table of forms, a second time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from .kpi_catalogue import catalogue

Check = Callable[[Any], bool]
FUNCTIONS = {
    "triage", "patient_access", "professional_access", "urgency", "capacity_insight", "supraregional", "care",
}  # fmt: skip
UNITS = {
    "seh", "ic", "clinic", "acute_pediatrics", "acute_obstetrics", "hap", "rav", "acute_ggz", "district_nursing",
    "elv", "nursing_home", "gp", "pharmacy", "grz", "disability", "maternity", "all",
}  # fmt: skip
CODE = r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}"


def is_scope(scope: str | None) -> bool:
    if scope in ("all", "population"):
        return True
    kind, _, named = (scope or "").partition(":")
    if kind == "codes":
        return all(re.fullmatch(CODE, code) for code in named.split("|"))
    return kind == "function" and named in FUNCTIONS


def fits(form: str, text: str | None, of_network: bool) -> bool:
    """Whether the parameters are an object of exactly the fields of a known form, each of its kind."""
    try:
        given = json.loads(text or "{}", object_pairs_hook=_pairs, parse_constant=_refuse)
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    if not isinstance(given, dict):
        return False
    members = given.pop("members", None)
    is_known = members is None or (of_network and _list(_matches(r"[0-9]{8}"), least=0)(members))
    return is_known and FORMS[form](given)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) < len(pairs):
        raise ValueError
    return given


def _refuse(_: str) -> None:
    raise ValueError


# Kinds of values.


def _cents(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 10**15


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 1000 and not re.search(r"[\x00-\x1f\x7f-\x9f]", value)


def _matches(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _rate(value: Any) -> bool:
    return _matches(r"[0-9]{1,3}(\.[0-9]{1,20})?")(value)


def _fraction(value: Any) -> bool:
    return _rate(value) and Decimal(value) <= 1


def _one_of(*values: str) -> Check:
    return lambda value: value in values and isinstance(value, str)


def _day(value: Any) -> bool:
    try:
        return _matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")(value) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _or_empty(check: Check) -> Check:
    return lambda value: value == "" or check(value)


def _list(check: Check, least: int = 1) -> Check:
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(check, value))


def _by(name: str) -> Check:
    is_name = _matches(name)
    return lambda value: isinstance(value, dict) and value and all(is_name(k) and _cents(v) for k, v in value.items())


def _fields(further: Check = lambda given: True, **checks: Check) -> Check:
    """An object of these fields; those that end in `_0` may be left out or null."""
    needed = {name for name in checks if not name.endswith("_0")}
    known = {name.removesuffix("_0"): check for name, check in checks.items()}

    def check(given: Any) -> bool:
        if not isinstance(given, dict) or needed - set(given) or set(given) - set(known):
            return False
        told = {n: v for n, v in given.items() if v is not None or n in needed}
        return all(known[n](v) for n, v in told.items()) and further(given)

    return check


BY_YEAR = _by("20[0-9]{2}")
SHARED_RISK = _fields(norm_cents=_cents, corridor=_rate, share=_fraction)


def _mark(value: Any) -> bool:
    return isinstance(value, (int, str)) and value is not True and value is not False and (
        re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", str(value)) is not None
    )  # fmt: skip


def _lies_right(given: dict[str, Any]) -> bool:
    """The target better than the floor, malus_floor worse; a malus has both of its fields."""
    better = {"higher": 1, "lower": -1}.get(catalogue().get(given["kpi_id"], {}).get("direction"))
    malus = given.get("malus_floor")
    if better is None or (malus is None) != (given.get("malus_cents") is None):
        return False
    floor, target = Decimal(given["floor"]), Decimal(given["target"])
    return (target - floor) * better > 0 and (malus is None or (floor - Decimal(malus)) * better > 0)


INDICATOR = _fields(
    _lies_right, kpi_id=_text, unit_0=_one_of(*UNITS), floor=_mark, target=_mark, bonus_cents=_cents,
    malus_floor_0=_mark, malus_cents_0=_cents,
)  # fmt: skip
QUALITY = _fields(
    lambda given: Decimal(given["loss_rate_floor"]) <= Decimal(given["loss_rate_ceiling"]),
    kpi_id=lambda kpi: isinstance(kpi, str) and catalogue().get(kpi, {}).get("measure_unit") == "%",
    loss_rate_floor=_fraction, loss_rate_ceiling=_fraction,
)  # fmt: skip


def _stands_on(*never: str) -> Check:
    def may_bear(form: Any) -> bool:
        return isinstance(form, str) and form in set(FORMS) - set(never)

    base = _fields(form=may_bear, parameters=lambda given: isinstance(given, dict))

    def check(given: Any) -> bool:
        return base(given) and FORMS[given["form"]](given["parameters"])

    return check


FORMS: dict[str, Check] = {
    "fee_for_service": _fields(prices_0=_by(CODE)),
    "contract_sum": _fields(sums=BY_YEAR),
    "revenue_ceiling": _fields(ceilings=BY_YEAR),
    "revenue_guarantee": _fields(guarantees=BY_YEAR),
    "pay_for_performance": _fields(
        base=_stands_on("pay_for_performance"), indicators=_list(INDICATOR), cap_cents_0=_cents,
        measured=_one_of("provider_region", "collective"),
    ),
    "shared_savings": _fields(
        lambda given: given["sided"] == "two_sided" or given.get("loss_share") is None,
        base=_stands_on("pay_for_performance", "shared_savings"), benchmark_cents_0=_or_empty(_cents),
        benchmark_agreed_on_0=_or_empty(_day), benchmark_method_0=_text, cost_definition_0=_text, population_0=_text,
        destination_0=_text, minimum_rate=_fraction, share=_fraction, sided=_one_of("upside", "two_sided"),
        loss_share_0=_fraction, cap_of_benchmark_0=_rate, loss_cap_cents_0=_cents, quality_0=QUALITY,
    ),
    "bundle": _fields(
        price_cents=_cents,
        episode=_fields(
            trigger_codes=_list(_matches(CODE)), days=lambda days: type(days) is int and 1 <= days <= 3660
        ),
        settlement=_one_of("prospective", "retrospective"), shared_risk_0=SHARED_RISK,
    ),
    "capitation": _fields(
        amount_cents_per_year=_cents, parties=_one_of("one", "several"), shared_risk_0=SHARED_RISK
    ),
    "population_budget": _fields(amount_cents=_cents, areas=_list(_text), shared_risk_0=SHARED_RISK),
    "budget": _fields(),
    "per_insured": _fields(amount_cents=_cents, title=_one_of("adz", "bdss"), ends_on_0=_day),
    "availability": _fields(amounts=BY_YEAR),
    "cashier": _fields(budgets=BY_YEAR, client_share=_fraction),
}  # fmt: skip
