"""Settlement: which market shares serve a provider's year, and what is left to settle."""

from __future__ import annotations

import polars as pl

from tests.benchmark.in_polars.landing import Landing
from tests.benchmark.in_polars.registers import Registers

CASE = ["provider_agb", "year", "edition"]
SHARE_SET = ["share_year", "scope", "share_edition"]
SHARE_UNITS = 10**8
EDITIONS = ["provisional", "definitive"]
CHOICES = pl.DataFrame(
    [
        ("provisional", 1, "definitive", 1),
        ("provisional", 1, "provisional", 2),
        ("definitive", 0, "definitive", 1),
    ],
    schema=["edition", "years_back", "share_edition", "set_rank"],
    orient="row",
)


def read_shares(landing: Landing, registers: Registers) -> pl.DataFrame:
    """The latest of each share, in sets that together make one but for what rounding explains."""
    years = registers.provider_years.select(scope="provider_agb", year="year", is_provider=pl.lit(True))
    return (
        landing.register("market_shares")
        .with_columns(pl.col("year", "insured_count").cast(pl.Int64), pl.col("share").cast(pl.Decimal(18, 8)))
        .join(registers.insurer_years, on=["insurer_uzovi", "year"], how="semi", maintain_order="left")
        .join(years, on=["scope", "year"], how="left", maintain_order="left")
        .filter(pl.col("is_provider").is_not_null() | ~pl.col("scope").str.contains("^[0-9]{8}$"))
        .unique(["year", "scope", "insurer_uzovi", "edition"], keep="first", maintain_order=True)
        .with_columns(share_units=(pl.col("share").cast(pl.Decimal(38, 8)) * SHARE_UNITS).cast(pl.Int64))
        .rename({"year": "share_year", "edition": "share_edition"})
        .filter((pl.col("share_units").sum() - SHARE_UNITS).abs().over(SHARE_SET) <= 5 * pl.len().over(SHARE_SET))
    )


def choose_shares(shares: pl.DataFrame, years: pl.DataFrame) -> pl.DataFrame:
    """The set to divide by: last year's definitive one (own, else the region's), else a provisional one; this year's
    definitive one. Population counts come from a region's set."""
    is_own = pl.col("scope") == pl.col("provider_agb")
    place = pl.int_range(pl.len()).over(CASE)
    return (
        years.select("provider_agb", "region_code", "year")
        .join(CHOICES, how="cross")
        .with_columns(share_year=pl.col("year") - pl.col("years_back"))
        .join(shares.select(SHARE_SET).unique(), on=["share_year", "share_edition"])
        .filter(is_own | (pl.col("scope") == pl.col("region_code")))
        .with_columns(is_own=is_own)
        .sort("set_rank", "is_own", descending=[False, True])
        .with_columns(is_market_key=place == 0)
        .sort("is_own", "set_rank")
        .with_columns(is_population_key=~pl.col("is_own") & (place == 0))
        .filter(pl.col("is_market_key") | pl.col("is_population_key"))
        .select(*CASE, *SHARE_SET, "is_market_key", "is_population_key")
    )


def settle(years: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """Budget less revenue of each provider and year, for both editions of the settlement."""
    market = chosen.filter("is_market_key").select(*CASE, "share_year")
    only_settling = pl.when("settles")
    return (
        years.join(pl.DataFrame({"edition": EDITIONS}), how="cross")
        .join(market, on=CASE, how="left")
        .with_columns(
            only_settling.then("budget_cents").alias("budget_cents"),
            only_settling.then(pl.col("budget_cents") - pl.col("revenue_cents")).alias("difference_cents"),
            only_settling.then("share_year").alias("share_year"),
            status=pl.when(~pl.col("settles"))
            .then(pl.lit("no_budget"))
            .when(pl.col("share_year").is_null())
            .then(pl.lit("shares_missing"))
            .otherwise(pl.lit("settled")),
        )
        .with_columns(
            instrument=pl.when(pl.col("difference_cents") > 0)
            .then(pl.lit("closing_tariff"))
            .when(pl.col("difference_cents") < 0)
            .then(pl.lit("settlement_amount"))
        )
    )
