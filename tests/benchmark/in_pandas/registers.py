"""Registers: the latest delivery of a key stands; a period ends where the next one begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.benchmark.in_pandas.columns import FOREVER, alike, days
from tests.benchmark.in_pandas.reading import Deliveries

FIRST_YEAR, LAST_YEAR = 2000, 2100
KEY_SPAN = 1 << 23
TARIFF = ["function", "tariff_kind", "tariff_cents", "covers_budget", "max_per_day", "macro_category"]


@dataclass(frozen=True)
class Registers:
    providers: pd.DataFrame
    insurers: pd.DataFrame
    provider_years: pd.DataFrame
    insurer_years: pd.DataFrame
    tariffs: pd.DataFrame


def read_registers(deliveries: Deliveries) -> Registers:
    providers = deliveries.register("providers").rename(columns={"agb": "provider_agb"})
    providers = _periods(providers, ["provider_agb", "valid_from"], ["provider_agb"])
    insurers = deliveries.register("insurers").rename(columns={"uzovi": "insurer_uzovi"})
    insurers = _periods(insurers, ["insurer_uzovi", "valid_from"], ["insurer_uzovi"])
    return Registers(
        providers,
        insurers,
        _years(providers, "provider_agb")[["provider_agb", "year", "sector", "region_code"]],
        _years(insurers, "insurer_uzovi")[["insurer_uzovi", "year"]],
        _tariffs(deliveries.register("tariffs"), providers),
    )


def with_days(register: pd.DataFrame) -> pd.DataFrame:
    return register.assign(
        valid_from=days(register["valid_from"]),
        valid_to=days(register["valid_to"]).fillna(FOREVER),
    )


def standing(rows: pd.DataFrame, by: Sequence[str], day: str, register: pd.DataFrame) -> np.ndarray:
    """For each row the place in the register of the period of its key that holds its day; -1 where there is none."""
    by = list(by)
    known = pd.DataFrame({name: alike(register[name], rows[name]) for name in by})
    keys = pd.concat([known, rows[by]], ignore_index=True)
    codes = keys.groupby(by, sort=False).ngroup().to_numpy()
    known, asked = codes[: len(register)], codes[len(register) :]
    begins = known * KEY_SPAN + _day_number(register["valid_from"])
    order = np.argsort(begins)
    number = _day_number(rows[day])
    place = order[np.searchsorted(begins[order], asked * KEY_SPAN + number, side="right") - 1]
    holds = (known[place] == asked) & (asked >= 0)
    holds &= _day_number(register["valid_from"])[place] <= number
    holds &= number <= _day_number(register["valid_until"])[place]
    return np.where(holds, place, -1)


def at(column: pd.Series, place: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """The values of a register's column at the places that `standing` gives; missing for -1."""
    return column.array.take(place, allow_fill=True)


def _day_number(day: pd.Series) -> np.ndarray:
    return day.to_numpy().astype("datetime64[D]").astype(np.int64)


def _periods(register: pd.DataFrame, key: list[str], by: list[str], is_right: pd.Series | None = None) -> pd.DataFrame:
    dated = with_days(register) if is_right is None else register[is_right]
    latest = dated[dated["valid_from"] <= dated["valid_to"]].drop_duplicates(key, keep="last")
    latest = latest.sort_values("valid_from", ignore_index=True)
    before_next = latest.groupby(by, dropna=False)["valid_from"].shift(-1) - pd.Timedelta(days=1)
    return latest.assign(valid_until=latest["valid_to"].where(~(before_next < latest["valid_to"]), before_next))


def _years(periods: pd.DataFrame, key: str) -> pd.DataFrame:
    """Each year of a key, with what was last valid in it."""
    first = periods["valid_from"].dt.year.clip(lower=FIRST_YEAR)
    count = (periods["valid_until"].dt.year.clip(upper=LAST_YEAR) - first + 1).clip(lower=0)
    repeated = periods.assign(year=first.astype("int64")).loc[periods.index.repeat(count)]
    repeated["year"] += repeated.groupby(level=0).cumcount()
    return repeated.sort_values("valid_from").drop_duplicates([key, "year"], keep="last")


def _tariffs(delivered: pd.DataFrame, providers: pd.DataFrame) -> pd.DataFrame:
    tariffs = with_days(delivered)
    tariffs["tariff_cents"] = pd.to_numeric(tariffs["tariff_cents"]).astype("Int64")
    tariffs["max_per_day"] = pd.to_numeric(tariffs["max_per_day"]).fillna(1).astype("Int64")
    tariffs["covers_budget"] = tariffs["covers_budget"].map({"true": True, "false": False}).astype("boolean")
    periods = providers[["provider_agb", "valid_from", "valid_until"]].rename(columns={"valid_from": "first_on"})
    owned = tariffs.reset_index().merge(periods, on="provider_agb")
    owned = owned[(owned["valid_from"] <= owned["valid_until"]) & (owned["valid_to"] >= owned["first_on"])]
    is_right = (tariffs["tariff_cents"].notna() | (tariffs["tariff_kind"] == "free")) & (
        tariffs["provider_agb"].isna() | tariffs.index.isin(owned["index"])
    )
    tariffs["national_sector"] = tariffs["sector"].where(tariffs["provider_agb"].isna())
    periods = _periods(
        tariffs,
        ["performance_code", "provider_agb", "valid_from"],
        ["performance_code", "provider_agb", "national_sector"],
        is_right,
    )
    categories = ["function", "tariff_kind", "macro_category"]
    return periods.astype(dict.fromkeys(categories, "category"))
