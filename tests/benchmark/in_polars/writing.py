"""Writes the finished tables into the DuckDB file, with the names and types of by_hand.sql."""

from __future__ import annotations

import duckdb
import polars as pl


def write_declaration(
    connection: duckdb.DuckDBPyConnection, declaration: pl.DataFrame, patients: pl.DataFrame, files: pl.DataFrame
) -> None:
    pseudonyms = patients.lazy().select("patient", "patient_key").unique("patient")
    _write(
        connection,
        "finance.declaration",
        declaration.lazy()
        .join(pseudonyms, on="patient")
        .join(files.lazy().select("delivery_order", "delivery_file"), on="delivery_order")
        .select(
            "provider_agb",
            "declaration_id",
            "debit_credit",
            "corrects_declaration_id",
            "insurer_uzovi",
            "patient_key",
            "sector",
            "region_code",
            "performance_code",
            "function",
            "service_start",
            "service_month",
            "declared_on",
            "quantity",
            _eur("cents", "amount_eur"),
            "counted",
            _eur("disputed_cents"),
            "covers_budget",
            "macro_category",
            "legal_framework",
            "episode_id",
            "delivery_file",
        ),
    )


def write_budget(connection: duckdb.DuckDBPyConnection, budget: pl.DataFrame, provider_years: pl.DataFrame) -> None:
    _write(
        connection,
        "finance.budget",
        budget.lazy()
        .join(provider_years.lazy(), on=["provider_agb", "year"], how="left")
        .select(
            "provider_agb",
            "year",
            "component",
            "parameter",
            "region_code",
            "sector",
            "edition",
            "quantity",
            _eur("unit_price_cents"),
            "percentage",
            _eur("amount_cents"),
            "function",
            "representing_uzovi_1",
            "representing_uzovi_2",
        ),
    )


def write_realisation(connection: duckdb.DuckDBPyConnection, realisation: pl.DataFrame) -> None:
    _write(
        connection,
        "finance.budget_realisation",
        realisation.lazy().select(
            "provider_agb",
            "year",
            "month",
            "region_code",
            "sector",
            _eur("budget_cents", "budget_year_eur"),
            _eur("declared_cents"),
            _eur("disputed_cents"),
            _eur("lump_sum_cents"),
            _eur("revenue_cents"),
            _eur("cumulative_cents", "cumulative_revenue_eur"),
            "realisation_pct",
        ),
    )


def write_settlement(connection: duckdb.DuckDBPyConnection, settlements: pl.DataFrame) -> None:
    _write(
        connection,
        "finance.settlement",
        settlements.lazy().select(
            "provider_agb",
            "year",
            "edition",
            _eur("budget_cents"),
            _eur("revenue_cents"),
            _eur("difference_cents", "revenue_difference_eur"),
            "instrument",
            "status",
            pl.col("share_year").alias("shares_year"),
        ),
    )


def write_allocation(connection: duckdb.DuckDBPyConnection, burdens: pl.DataFrame) -> None:
    _write(
        connection,
        "finance.insurer_allocation",
        burdens.lazy().select(
            "provider_agb",
            "year",
            "edition",
            "insurer_uzovi",
            pl.col("share").alias("market_share"),
            _eur("declared_cents"),
            _eur("lump_sum_cents"),
            _eur("part_cents"),
            _eur("burden_cents"),
            _eur("advance_cents"),
            _eur("still_to_pay_cents"),
            "declared_share",
            _eur("declared_part_cents", "part_by_declared_share_eur"),
            _eur("population_part_cents", "part_by_population_share_eur"),
        ),
    )


def write_categories(connection: duckdb.DuckDBPyConnection, categories: pl.DataFrame) -> None:
    _write(
        connection,
        "finance.insurer_macro_category",
        categories.lazy().select(
            "provider_agb", "year", "edition", "insurer_uzovi", "macro_category", _eur("category_cents", "burden_eur")
        ),
    )


def write_hourly(connection: duckdb.DuckDBPyConnection, hours: pl.DataFrame) -> None:
    _write(
        connection,
        "capacity.hourly",
        hours.lazy().with_columns(pl.col("unit", "worst_status").cast(pl.String)),
    )


def write_stop(connection: duckdb.DuckDBPyConnection, stops: pl.DataFrame) -> None:
    columns = pl.col("unit").cast(pl.String), _eur("hundredths", "minutes")
    _write(connection, "capacity.stop", stops.lazy().with_columns(*columns).drop("hundredths"))


def _eur(cents: str, name: str | None = None) -> pl.Expr:
    whole = pl.col(cents).cast(pl.Decimal(20, 0))
    return (
        (whole * pl.lit(0.01, pl.Decimal(3, 2))).cast(pl.Decimal(18, 2)).alias(name or cents.replace("_cents", "_eur"))
    )


def _write(connection: duckdb.DuckDBPyConnection, table: str, lines: pl.LazyFrame) -> None:
    connection.register("finished", lines.collect(engine="streaming").to_arrow(compat_level=pl.CompatLevel.newest()))
    connection.execute(f"create table {table} as select * from finished")
    connection.unregister("finished")
