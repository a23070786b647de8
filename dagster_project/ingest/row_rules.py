"""How each row rule of a contract is judged: true where a row breaks it.

Expressions over the cast columns, the delivered ones and `delivery_date`; a cast column that is null breaks nothing
here, its own rule says so. What a rule means to its deliverer stands in the contract, beside its name.
"""

from __future__ import annotations

import polars as pl

from dagster_project.feeds.contract_fit import contract_faults, parameter_faults
from dagster_project.feeds.kpi_observations import ALL_KPIS, SHARES
from dagster_project.ingest.masking import masked_text

LOCAL_ZONE = "Europe/Amsterdam"
DELIVERY = pl.col("delivery_date")
IS_BSN = "is_bsn"
DELIVERED = "delivered:"
WIDE = pl.Int128()
PER_UNIT = 10**4 * 10**4 * 100


def _local_day(name: str) -> pl.Expr:
    return pl.col(name).dt.convert_time_zone(LOCAL_ZONE).dt.date()


def _not_after_answer(name: str) -> pl.Expr:
    """What follows an answer is given, but before it or without one."""
    given = pl.col(name).is_not_null()
    return given & (_delivered("answered_at").is_null() | (pl.col(name) < pl.col("answered_at")).fill_null(False))


def _delivered(name: str) -> pl.Expr:
    """The value as delivered: what is given but invalid is given."""
    return pl.col(DELIVERED + name)


def _does_not_follow() -> pl.Expr:
    """amount ≠ quantity × price × percentage / 100, half to even, in whole numbers of at most 10**37 (Int128)."""
    quantity = pl.col("quantity").cast(pl.Decimal(38, 4)).cast(pl.String).str.replace(".", "", literal=True).cast(WIDE)
    percentage = pl.col("percentage").fill_null(100).cast(pl.String).str.replace(".", "", literal=True).cast(WIDE)
    product = quantity * pl.col("unit_price_cents").cast(WIDE) * percentage
    unit, two, one = (pl.lit(number, dtype=WIDE) for number in (PER_UNIT, 2, 1))
    below = product // unit
    twice = (product - below * unit) * two
    goes_up = (twice > unit) | ((twice == unit) & (below % two != pl.lit(0, dtype=WIDE)))
    return pl.col("amount_cents").cast(WIDE) != below + pl.when(goes_up).then(one).otherwise(one - one)


def _does_not_fit() -> pl.Expr:
    """What of a contract's form, scope and party does not fit; empty where nothing."""
    row = pl.struct(
        "form", "scope",
        of_provider=_delivered("provider_agb").is_not_null(), of_network=_delivered("network_agb").is_not_null(),
    )  # fmt: skip
    said = row.map_elements(lambda given: "; ".join(contract_faults(**given)), return_dtype=pl.String)
    return pl.when(pl.col("form").is_not_null()).then(said)


def _parameters_do_not_fit() -> pl.Expr:
    """What of a contract's parameters does not fit its form; empty where nothing."""
    row = pl.struct("form", "parameters", of_network=_delivered("network_agb").is_not_null())
    said = row.map_elements(lambda given: "; ".join(parameter_faults(**given)), return_dtype=pl.String)
    return pl.when(pl.col("form").is_not_null()).then(said)


SAID: dict[str, pl.Expr] = {
    "contract_does_not_fit": _does_not_fit(),
    "parameters_do_not_fit": _parameters_do_not_fit(),
}
"""Rules that say of a row which field it is about, and how."""


def named(rule: str) -> pl.Expr:
    """What the rule says of a row, with the number of its contract, masked; null of a rule that says no more."""
    if rule not in SAID:
        return pl.lit(None, dtype=pl.String)
    said = pl.format("contract {}: {}", pl.col("contract_id").fill_null("without a number"), SAID[rule])
    return masked_text(said)


ROW_RULES: dict[str, pl.Expr] = {
    "failed_eleven_test": pl.col(IS_BSN).not_(),
    "credit_without_reference": (pl.col("debit_credit") == "C") & _delivered("corrects_declaration_id").is_null(),
    "debit_with_reference": (pl.col("debit_credit") == "D") & _delivered("corrects_declaration_id").is_not_null(),
    "birth_year_after_delivery": pl.col("birth_year") > DELIVERY.dt.year(),
    "service_end_before_start": pl.col("service_end") < pl.col("service_start"),
    "service_after_delivery": _local_day("service_start") > DELIVERY,
    "declared_before_service": pl.col("declared_on") < _local_day("service_start"),
    "declared_after_delivery": pl.col("declared_on") > DELIVERY,
    "valid_to_before_valid_from": pl.col("valid_to") < pl.col("valid_from"),
    "tariff_missing": _delivered("tariff_cents").is_null() & (pl.col("tariff_kind") != "free"),
    "amount_does_not_follow": _does_not_follow(),
    "period_end_before_start": pl.col("period_end") < pl.col("period_start"),
    "share_above_one": pl.col("kpi_id").is_in(SHARES) & (pl.col("numerator") > pl.col("denominator")),
    "no_denominator": (pl.col("denominator") == 0) & (pl.col("numerator") > 0),
    "unknown_kpi": ~pl.col("kpi_id").is_in(ALL_KPIS),
    "not_first_of_month": pl.col("from_month").dt.day() != 1,
    "answered_before_offered": pl.col("answered_at") < pl.col("offered_at"),
    "triage_ended_before_answer": _not_after_answer("triage_ended_at"),
    "placed_before_answer": _not_after_answer("placed_at"),
    "offered_after_delivery": _local_day("offered_at") > DELIVERY,
    "arrangement_of_nothing": _delivered("performance_codes").is_null() & _delivered("function").is_null(),
    **{rule: said.str.len_bytes() > 0 for rule, said in SAID.items()},
}
