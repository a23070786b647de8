"""Budgets, payments and what is earned, per provider and month; how far a budget is realised."""

from __future__ import annotations

from datetime import date

import polars as pl

from tests.benchmark.in_polars.landing import Landing, day, half_even
from tests.benchmark.in_polars.registers import Registers

EDITIONS = ["requested", "agreed", "determined", "final"]
YEAR = ["provider_agb", "year"]
MONTH = [*YEAR, "month"]
MONEY = ["declared_cents", "disputed_cents", "lump_sum_cents"]
TEN_THOUSANDTHS = 10_000


def read_budget(landing: Landing, registers: Registers) -> pl.DataFrame:
    """The furthest edition of each provider and year, of lines whose amount is what their parts make."""
    insurer_years = registers.insurer_years
    delivered = landing.register("budgets").with_columns(
        pl.col("year", "unit_price_cents", "amount_cents").cast(pl.Int64),
        pl.col("quantity").cast(pl.Decimal(18, 4)),
        pl.col("percentage").fill_null("100").cast(pl.Decimal(18, 4)),
        edition_rank=pl.col("edition").replace_strict(EDITIONS, range(len(EDITIONS)), default=None),
    )
    for uzovi in ("representing_uzovi_1", "representing_uzovi_2"):
        there = insurer_years.rename({"insurer_uzovi": uzovi}).with_columns(is_known=True)
        delivered = (
            delivered.join(there, on=[uzovi, "year"], how="left", maintain_order="left")
            .filter(pl.col(uzovi).is_null() | pl.col("is_known"))
            .drop("is_known")
        )
    furthest = pl.col("edition_rank").max().over(YEAR)
    return (
        delivered.join(registers.provider_years, on=YEAR, how="semi", maintain_order="left")
        .filter(pl.col("amount_cents") == _product())
        .unique([*YEAR, "edition", "component", "parameter"], keep="first", maintain_order=True)
        .filter(pl.col("edition_rank") == furthest)
    )


def read_payments(landing: Landing, registers: Registers) -> pl.DataFrame:
    """Payments in the month of their year that is nearest to the day they were made."""
    cents = pl.col("amount_cents").cast(pl.Int64)
    year = pl.col("for_year").cast(pl.Int64)
    in_force = pl.col("paid_on").is_between("valid_from", "valid_until")
    paid = landing.register("payments").with_columns(day("paid_on"))
    for periods, key in ((registers.providers, "provider_agb"), (registers.insurers, "insurer_uzovi")):
        known = paid.join(periods.select(key, "valid_from", "valid_until"), on=key, maintain_order="left")
        paid = known.filter(in_force).drop("valid_from", "valid_until")
    return paid.unique("payment_id", keep="first", maintain_order=True).select(
        "provider_agb",
        "insurer_uzovi",
        "kind",
        year=year,
        month=pl.col("paid_on").dt.truncate("1mo").clip(pl.date(year, 1, 1), pl.date(year, 12, 1)),
        cents=pl.when(pl.col("debit_credit") == "D").then(cents).otherwise(-cents),
    )


def sum_earned(declaration: pl.DataFrame) -> pl.DataFrame:
    return (
        declaration.lazy()
        .filter(pl.col("counted"), pl.col("covers_budget"))
        .group_by(
            "provider_agb",
            "insurer_uzovi",
            pl.col("macro_category").fill_null("unassigned"),
            month="service_month",
        )
        .agg(declared_cents=pl.col("cents").sum(), disputed_cents=pl.col("disputed_cents").sum())
        .with_columns(year=pl.col("month").dt.year().cast(pl.Int64))
        .collect(engine="streaming")
    )


def sum_months(earned: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    lump_sums = payments.filter(pl.col("kind") == "lump_sum").select(*MONTH, lump_sum_cents="cents")
    return (
        pl.concat([earned.select(*MONTH, "declared_cents", "disputed_cents"), lump_sums], how="diagonal")
        .group_by(MONTH)
        .agg(pl.col(MONEY).sum())
        .with_columns(revenue_cents=pl.col(MONEY[0]) - pl.col(MONEY[1]) + pl.col(MONEY[2]))
    )


def sum_years(budget: pl.DataFrame, months: pl.DataFrame, provider_years: pl.DataFrame) -> pl.DataFrame:
    """Provider and year with a budget or revenue; a budget that was only requested does not settle."""
    budgeted = budget.group_by(YEAR).agg(
        settles=(pl.col("edition") != "requested").all(), budget_cents=pl.col("amount_cents").sum()
    )
    earned = months.group_by(YEAR).agg(last_month=pl.col("month").max(), revenue_cents=pl.col("revenue_cents").sum())
    return (
        budgeted.join(earned, on=YEAR, how="full", coalesce=True)
        .join(provider_years, on=YEAR, how="left")
        .with_columns(pl.col("settles").fill_null(False), pl.col("revenue_cents").fill_null(0))
    )


def with_realisation(years: pl.DataFrame, months: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Every month of a year until the release or the last month with money, with revenue so far beside the budget."""
    first, december = pl.date("year", 1, 1), pl.date("year", 12, 1)
    last = pl.min_horizontal(december, pl.max_horizontal(pl.lit(as_of).dt.truncate("1mo"), "last_month"))
    cumulative = pl.col("revenue_cents").cum_sum().over(YEAR, order_by="month")
    budget = pl.when(pl.col("budget_cents") != 0).then("budget_cents")
    return (
        years.drop("revenue_cents")
        .filter(first <= last)
        .with_columns(month=pl.date_ranges(first, last, "1mo"))
        .explode("month")
        .join(months, on=MONTH, how="left")
        .with_columns(pl.col(*MONEY, "revenue_cents").fill_null(0))
        .with_columns(cumulative_cents=cumulative)
        .with_columns(realisation_pct=pl.col("cumulative_cents") * 100 / budget)
    )


def _product() -> pl.Expr:
    """Quantity times price times percentage in cents; its parts are too many digits for 64 bits."""
    parts = [_ten_thousandths("quantity"), pl.col("unit_price_cents").cast(pl.Int128), _ten_thousandths("percentage")]
    product = parts[0] * parts[1] * parts[2]
    return product.sign() * half_even(product.abs(), 100 * TEN_THOUSANDTHS**2)


def _ten_thousandths(name: str) -> pl.Expr:
    return (pl.col(name).cast(pl.Decimal(38, 4)) * TEN_THOUSANDTHS).cast(pl.Int128)
