"""Double funding: what each rule disputes of a live debit, less what an exception allows."""

from __future__ import annotations

import polars as pl

from tests.benchmark.in_polars import double_funding
from tests.benchmark.in_polars.landing import Landing, day, day_or_forever
from tests.benchmark.in_polars.registers import Registers


def dispute(
    current: pl.DataFrame, credits: pl.DataFrame, landing: Landing, registers: Registers, patients: pl.DataFrame
) -> pl.DataFrame:
    """The most that any rule disputes, per line."""
    live = (
        current.lazy()
        .filter(pl.col("debit_credit") == "D")
        .join(credits.lazy(), left_on="line", right_on="debit_line", how="anti")
        .select(*double_funding.NEEDED)
        .collect(engine="streaming")
    )
    found = pl.concat(
        [
            double_funding.beyond_maximum(live),
            double_funding.in_two_sectors(live),
            double_funding.no_longer_theirs(live, _transferred(landing, registers)),
            *double_funding.under_wrong_law(live, _indications(landing, patients)),
            double_funding.without_transport(live),
            double_funding.beyond_tariff(live),
        ]
    ).filter(pl.col("amount_cents") > 0)
    placed = found.join(live.select("line", "provider_agb", "patient", "service_on"), on="line").with_row_index("found")
    return (
        placed.join(_excepted(placed, _exceptions(landing, patients)), on="found", how="anti")
        .group_by("line")
        .agg(disputed_cents=pl.col("amount_cents").max())
    )


def _transferred(landing: Landing, registers: Registers) -> pl.DataFrame:
    """The functions that a region gave to a coordination provider, from the day after the transfer on."""
    coordinators = registers.providers.filter(pl.col("sector") == "zco")
    return (
        landing.register("function_allocations")
        .select(
            "region_code", "function", "provider_agb", first_on=day("valid_from"), last_on=day_or_forever("valid_to")
        )
        .join(coordinators.select("provider_agb", "valid_from", "valid_until"), on="provider_agb")
        .select(
            "region_code",
            "function",
            counter_agb="provider_agb",
            first_on=pl.max_horizontal(pl.col("first_on") + pl.duration(days=1), "valid_from"),
            last_on=pl.min_horizontal("last_on", "valid_until"),
        )
    )


def _indications(landing: Landing, patients: pl.DataFrame) -> pl.DataFrame:
    return (
        landing.register("legal_indications")
        .join(patients, left_on="patient_key", right_on="delivered_key", maintain_order="left")
        .select(
            "patient",
            "framework",
            day("valid_from"),
            with_treatment=pl.col("with_treatment") == "true",
            valid_until=day_or_forever("valid_to"),
        )
        .unique(["patient", "framework", "valid_from"], keep="first", maintain_order=True)
    )


def _exceptions(landing: Landing, patients: pl.DataFrame) -> pl.DataFrame:
    """Both ways round, since it does not matter which of the two providers an exception names first."""
    named = (
        landing.register("exceptions")
        .with_columns(day("valid_from"), day_or_forever("valid_to"))
        .filter(pl.col("valid_to") >= pl.col("valid_from"))
        .unique("exception_id", keep="first", maintain_order=True)
        .join(patients, left_on="patient_key", right_on="delivered_key", how="left")
        .filter(pl.col("patient_key").is_null() | pl.col("patient").is_not_null())
        .select(
            "rule",
            "provider_agb",
            "valid_from",
            "valid_to",
            other_agb="counter_provider_agb",
            for_patient="patient",
        )
        .filter(pl.col("provider_agb").is_not_null())
    )
    turned = named.filter(pl.col("other_agb").is_not_null()).rename(
        {"provider_agb": "other_agb", "other_agb": "provider_agb"}
    )
    return pl.concat([named, turned.select(named.columns)])


def _excepted(placed: pl.DataFrame, exceptions: pl.DataFrame) -> pl.DataFrame:
    return placed.join(exceptions, on=["rule", "provider_agb"]).filter(
        pl.col("service_on").is_between("valid_from", "valid_to"),
        pl.col("for_patient").is_null() | (pl.col("for_patient") == pl.col("patient")),
        pl.col("other_agb").is_null() | (pl.col("other_agb") == pl.col("counter_agb")),
    )
