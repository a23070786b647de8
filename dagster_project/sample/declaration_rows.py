"""Lines in the shape of the feed declarations: numbers become codes, instants, dates and patient keys."""

from __future__ import annotations

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.care import FRAMEWORKS, World
from dagster_project.sample.corrections import CREDIT
from dagster_project.sample.days import dates, instants
from dagster_project.sample.patients import pseudonym
from dagster_project.sample.reference import texts

COLUMNS = FEEDS["declarations"].names


def as_declared(world: World, lines: pl.DataFrame) -> pl.DataFrame:
    """The feed's columns, `patient_key` still as number, and `delivery` (day index)."""
    number = pl.col("series") + pl.col("seq").cast(pl.String).str.zfill(9)
    corrects = pl.when(pl.col("corrects") >= 0).then("D" + pl.col("corrects").cast(pl.String).str.zfill(9))
    return lines.select(
        "delivery",
        number.alias("declaration_id"),
        pl.when(pl.col("series") == CREDIT).then(pl.lit("C")).otherwise(pl.lit("D")).alias("debit_credit"),
        corrects.alias("corrects_declaration_id"),
        world.country.providers["agb"].gather(lines["provider"]).alias("provider_agb"),
        pl.Series(texts("insurers", "uzovi")).gather(lines["insurer"]).alias("insurer_uzovi"),
        pl.Series("patient_key", world.patients.number_bsn[lines["patient"].to_numpy()]),
        pl.when(pl.col("birth_year") > 0).then(pl.col("birth_year").cast(pl.Int64)).alias("birth_year"),
        pl.Series(world.prices.codes).gather(lines["code"]).alias("performance_code"),
        instants(lines["started"].to_numpy()).alias("service_start"),
        pl.when(pl.col("ended") >= 0).then(instants(lines["ended"].to_numpy())).alias("service_end"),
        pl.when(pl.col("episode") >= 0).then("E" + pl.col("episode").cast(pl.String).str.zfill(9)).alias("episode_id"),
        pl.col("quantity").alias("quantity"),
        pl.col("amount").alias("amount_cents"),
        pl.Series(FRAMEWORKS).gather(lines["framework"]).alias("legal_framework"),
        dates(world.calendar, lines["declared"].to_numpy()).alias("declared_on"),
    )


def with_pseudonyms(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows, patients' numbers replaced as the door would."""
    numbers = rows["patient_key"].unique(maintain_order=True)
    keys = pl.Series([pseudonym(number) for number in numbers], dtype=pl.String)
    return rows.with_columns(pl.col("patient_key").replace_strict(numbers, keys, return_dtype=pl.String))
