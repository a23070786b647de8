"""Registers: the latest delivery of a key stands; a period ends where the next one begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tests.benchmark.in_polars.landing import FOREVER, Landing, day, day_or_forever

LONG_AGO = date(1, 1, 1)
YEARS = pl.DataFrame({"year": pl.int_range(2000, 2101, eager=True, dtype=pl.Int64)})
ONE_DAY = pl.duration(days=1)


@dataclass(frozen=True)
class Registers:
    """Periods of providers, insurers and tariffs, own and national; who stands in a register at all in a year."""

    providers: pl.DataFrame
    insurers: pl.DataFrame
    own_tariffs: pl.DataFrame
    national_tariffs: pl.DataFrame
    provider_years: pl.DataFrame
    insurer_years: pl.DataFrame


def read_registers(landing: Landing) -> Registers:
    providers = _providers(landing)
    insurers = _insurers(landing)
    tariffs = _tariffs(landing, providers)
    return Registers(
        providers,
        insurers,
        tariffs.filter(pl.col("provider_agb").is_not_null()).drop("sector"),
        tariffs.filter(pl.col("provider_agb").is_null()).drop("provider_agb"),
        _years(providers)
        .sort("valid_from", descending=True)
        .unique(["provider_agb", "year"], keep="first", maintain_order=True)
        .select("provider_agb", "year", "sector", "region_code"),
        _years(insurers).select("insurer_uzovi", "year").unique(),
    )


def without_gaps(periods: pl.DataFrame, keys: Sequence[str], span: tuple[date, date]) -> pl.LazyFrame:
    """The periods in a span of days, with an empty one where a key has none: a join then finds one for each day."""
    ordered = periods.sort("valid_from")
    after = ordered.select(
        *keys,
        valid_from=pl.col("valid_until") + ONE_DAY,
        valid_until=(pl.col("valid_from").shift(-1).over(keys) - ONE_DAY).fill_null(FOREVER),
    )
    before = ordered.group_by(keys).agg(
        valid_from=pl.lit(LONG_AGO),
        valid_until=pl.col("valid_from").min() - ONE_DAY,
    )
    return (
        pl.concat([periods, before, after], how="diagonal")
        .lazy()
        .filter(
            pl.col("valid_from") <= pl.col("valid_until"),
            pl.col("valid_from") <= span[1],
            pl.col("valid_until") >= span[0],
        )
    )


def on_day(lines: pl.LazyFrame, periods: pl.DataFrame, keys: Sequence[str], span: tuple[date, date]) -> pl.LazyFrame:
    """Each line with what stands for its key on the day of its service, and with nulls where nothing does."""
    fits = pl.col("service_on").is_between("valid_from", "valid_until")
    return (
        lines.join(without_gaps(periods, keys, span), on=keys, how="left")
        .filter(pl.col("valid_from").is_null() | fits)
        .drop("valid_from", "valid_until")
    )


def _providers(landing: Landing) -> pl.DataFrame:
    delivered = landing.register("providers").select(
        "sector",
        "region_code",
        day("valid_from"),
        day_or_forever("valid_to"),
        provider_agb="agb",
    )
    return _periods(_latest(delivered, ["provider_agb"]), ["provider_agb"])


def _insurers(landing: Landing) -> pl.DataFrame:
    delivered = landing.register("insurers").select(
        day("valid_from"), day_or_forever("valid_to"), insurer_uzovi="uzovi"
    )
    return _periods(_latest(delivered, ["insurer_uzovi"]), ["insurer_uzovi"])


def _tariffs(landing: Landing, providers: pl.DataFrame) -> pl.DataFrame:
    delivered = (
        landing.register("tariffs")
        .with_row_index("line")
        .select(
            "line",
            "performance_code",
            "provider_agb",
            "sector",
            "function",
            "tariff_kind",
            pl.col("tariff_cents").cast(pl.Int64),
            pl.col("covers_budget") == "true",
            pl.col("max_per_day").cast(pl.Int64).fill_null(1),
            "macro_category",
            day("valid_from"),
            day_or_forever("valid_to"),
        )
    )
    there = providers.select("provider_agb", there_from="valid_from", there_until="valid_until")
    own = delivered.join(there, on="provider_agb").filter(
        pl.col("valid_from") <= pl.col("there_until"), pl.col("valid_to") >= pl.col("there_from")
    )
    known = delivered.filter(
        pl.col("tariff_cents").is_not_null() | (pl.col("tariff_kind") == "free"),
        pl.col("provider_agb").is_null() | pl.col("line").is_in(own["line"].implode()),
    )
    latest = _latest(known.drop("line"), ["performance_code", "provider_agb"])
    national_sector = pl.when(pl.col("provider_agb").is_null()).then("sector")
    return _periods(latest, ["performance_code", "provider_agb", national_sector])


def _latest(delivered: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return delivered.filter(pl.col("valid_from") <= pl.col("valid_to")).unique(
        [*keys, "valid_from"], keep="first", maintain_order=True
    )


def _periods(latest: pl.DataFrame, keys: list[str | pl.Expr]) -> pl.DataFrame:
    before_next = pl.col("valid_from").shift(-1).over(keys, order_by="valid_from") - ONE_DAY
    return latest.with_columns(valid_until=pl.min_horizontal("valid_to", before_next)).drop("valid_to")


def _years(periods: pl.DataFrame) -> pl.DataFrame:
    return periods.join(YEARS, how="cross").filter(
        pl.col("valid_from").dt.year() <= pl.col("year"), pl.col("valid_until").dt.year() >= pl.col("year")
    )
