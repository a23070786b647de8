"""Budgets and payments, and the revenue that counts for a budget."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from tests.benchmark.in_pandas.columns import days, half_even, month_of, scaled
from tests.benchmark.in_pandas.reading import Deliveries
from tests.benchmark.in_pandas.registers import Registers, standing

EDITIONS = {"requested": 1, "agreed": 2, "determined": 3, "final": 4}
YEAR, MONTH = ["provider_agb", "year"], ["provider_agb", "year", "month"]
COLUMNS = [
    "provider_agb", "year", "component", "parameter", "region_code", "sector", "edition", "quantity_e4",
    "unit_price_cents", "percentage_e4", "amount_cents", "function", "representing_uzovi_1", "representing_uzovi_2",
]  # fmt: skip
REALISED = [
    "provider_agb", "year", "month", "region_code", "sector", "budget_year_cents", "declared_cents", "disputed_cents",
    "lump_sum_cents", "revenue_cents", "cumulative_revenue_cents", "realisation_pct",
]  # fmt: skip


def build_budget(deliveries: Deliveries, registers: Registers) -> pd.DataFrame:
    """The budgets that add up, of each year's last edition."""
    stated = deliveries.register("budgets")
    stated = stated.assign(
        year=stated["year"].astype("int64"),
        quantity_e4=scaled(stated["quantity"], 4),
        unit_price_cents=scaled(stated["unit_price_cents"], 0),
        percentage_e4=scaled(stated["percentage"], 4).fillna(1_000_000),
        amount_cents=scaled(stated["amount_cents"], 0),
    )
    right = stated.dropna(subset=["quantity_e4", "unit_price_cents", "amount_cents"])
    right = right.merge(registers.provider_years, on=YEAR)
    insurer_years = pd.MultiIndex.from_frame(registers.insurer_years)
    for name in ("representing_uzovi_1", "representing_uzovi_2"):
        right = right[right[name].isna() | pd.MultiIndex.from_frame(right[[name, "year"]]).isin(insurer_years)]
    latest = right[_adds_up(right)].drop_duplicates([*YEAR, "edition", "component", "parameter"], keep="last")
    rank = latest["edition"].map(EDITIONS)
    return latest.loc[rank == rank.groupby([latest[name] for name in YEAR]).transform("max"), COLUMNS]


def _adds_up(budgets: pd.DataFrame) -> pd.Series:
    product = budgets["quantity_e4"].astype(object) * budgets["unit_price_cents"] * budgets["percentage_e4"]
    amount = half_even(product.abs(), 10**10) * np.sign(product)
    return amount == budgets["amount_cents"]


def read_payments(deliveries: Deliveries, registers: Registers) -> pd.DataFrame:
    stated = deliveries.register("payments")
    paid_on, year = days(stated["paid_on"]), stated["for_year"].astype("int64")
    cents = stated["amount_cents"].astype("int64")
    payments = stated.assign(
        paid_on=paid_on,
        year=year,
        cents=cents.where(stated["debit_credit"] == "D", -cents),
        month=month_of(paid_on).clip(_first_day(year, 1), _first_day(year, 12)),
    )
    is_known = standing(payments, ["provider_agb"], "paid_on", registers.providers) >= 0
    is_known &= standing(payments, ["insurer_uzovi"], "paid_on", registers.insurers) >= 0
    return payments[is_known].drop_duplicates("payment_id", keep="last")


def earned_revenue(declaration: pd.DataFrame) -> pd.DataFrame:
    """What was declared and disputed by provider, insurer, category and month, of what counts for a budget."""
    counted = declaration[declaration["counted"] & declaration["covers_budget"].fillna(False).astype(bool)]
    categories = counted["macro_category"].astype("str").fillna("unassigned").astype("category")
    by = {"provider_agb": "str", "insurer_uzovi": "str", "macro_category": "str"}
    earned = (
        counted.assign(macro_category=categories)
        .groupby([*by, "service_month"])[["amount_cents", "disputed_cents"]]
        .sum()
        .reset_index()
        .astype(by)
        .rename(columns={"service_month": "month", "amount_cents": "declared_cents"})
    )
    return earned.assign(year=earned["month"].dt.year.astype("int64"))


def provider_months(earned: pd.DataFrame, payments: pd.DataFrame) -> pd.DataFrame:
    lump_sums = payments[payments["kind"] == "lump_sum"].rename(columns={"cents": "lump_sum_cents"})
    cents = ["declared_cents", "disputed_cents", "lump_sum_cents"]
    both = pd.concat([earned, lump_sums])[[*MONTH, *cents]].fillna(dict.fromkeys(cents, 0))
    months = both.astype(dict.fromkeys(cents, "int64")).groupby(MONTH, as_index=False).sum()
    revenue = months["declared_cents"] - months["disputed_cents"] + months["lump_sum_cents"]
    return months.assign(revenue_cents=revenue)


def provider_budget_years(budget: pd.DataFrame, months: pd.DataFrame, provider_years: pd.DataFrame) -> pd.DataFrame:
    """Every year of a provider with a budget or revenue; only a budget that was agreed settles."""
    earned = months.groupby(YEAR).agg(last_month=("month", "max"), revenue_cents=("revenue_cents", "sum"))
    budgets = budget.assign(settles=budget["edition"] != "requested").groupby(YEAR)
    years = budgets.agg(budget_cents=("amount_cents", "sum"), settles=("settles", "all")).join(earned, how="outer")
    return (
        years.reset_index()
        .assign(
            budget_cents=lambda rows: rows["budget_cents"].astype("Int64"),
            settles=lambda rows: rows["settles"].eq(True),
            revenue_cents=lambda rows: rows["revenue_cents"].fillna(0).astype("int64"),
        )
        .merge(provider_years, on=YEAR, how="left")
    )


def build_budget_realisation(years: pd.DataFrame, months: pd.DataFrame, as_of: date) -> pd.DataFrame:
    this_month = pd.Timestamp(as_of.year, as_of.month, 1)
    last = years["last_month"].fillna(this_month).clip(lower=this_month)
    count = ((last.dt.year - years["year"]) * 12 + last.dt.month).clip(0, 12).astype("int64")
    rows = years.drop(columns="revenue_cents").loc[years.index.repeat(count)]
    rows["month"] = _first_day(rows["year"], rows.groupby(level=0).cumcount() + 1)
    cents = ["declared_cents", "disputed_cents", "lump_sum_cents", "revenue_cents"]
    realised = rows.merge(months, on=MONTH, how="left")
    realised = realised.fillna(dict.fromkeys(cents, 0)).astype(dict.fromkeys(cents, "int64"))
    cumulative = realised.groupby(YEAR)["revenue_cents"].cumsum()
    budget = realised["budget_cents"].astype("float64")
    return realised.assign(
        budget_year_cents=realised["budget_cents"],
        cumulative_revenue_cents=cumulative,
        realisation_pct=cumulative * 100 / budget.where(budget != 0),
    )[REALISED]


def _first_day(year: pd.Series, month: pd.Series | int) -> pd.Series:
    parts = pd.DataFrame({"year": year, "month": month, "day": 1})
    return pd.to_datetime(parts).astype("datetime64[us]")
