"""Settlement: last year's definitive shares (own, else the region's), else provisional ones; this year's definitive."""

from __future__ import annotations

import pandas as pd

from tests.benchmark.in_pandas.columns import scaled
from tests.benchmark.in_pandas.reading import Deliveries
from tests.benchmark.in_pandas.registers import Registers

WHOLE_E8, ROUNDING_E8 = 10**8, 5
SHARE_SET, EDITION = ["year", "scope", "edition"], ["provider_agb", "year", "edition"]
EDITIONS = pd.DataFrame(
    [
        ("provisional", 1, "definitive", 1),
        ("provisional", 1, "provisional", 2),
        ("definitive", 0, "definitive", 1),
    ],
    columns=["edition", "years_back", "share_edition", "set_rank"],
)
INSTRUMENTS = {1: "closing_tariff", -1: "settlement_amount"}


def read_shares(deliveries: Deliveries, registers: Registers) -> pd.DataFrame:
    """The shares of the sets that add up to one."""
    stated = deliveries.register("market_shares")
    stated = stated.assign(
        year=stated["year"].astype("int64"),
        share_e8=scaled(stated["share"], 8),
        insured_count=scaled(stated["insured_count"], 0),
    ).merge(registers.insurer_years, on=["insurer_uzovi", "year"])
    providers = pd.MultiIndex.from_frame(registers.provider_years[["provider_agb", "year"]])
    is_provider = pd.MultiIndex.from_frame(stated[["scope", "year"]]).isin(providers)
    known = stated[is_provider | ~stated["scope"].str.fullmatch("[0-9]{8}")]
    latest = known.drop_duplicates([*SHARE_SET, "insurer_uzovi"], keep="last")
    sets = latest.groupby(SHARE_SET)["share_e8"]
    return latest[(sets.transform("sum") - WHOLE_E8).abs() <= ROUNDING_E8 * sets.transform("size")]


def choose_share_sets(years: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """The sets a settlement may use: one is its market key, and one of the region its key by population."""
    sets = shares[SHARE_SET].drop_duplicates().set_axis(["share_year", "scope", "share_edition"], axis=1)
    asked = years[["provider_agb", "year", "region_code"]].merge(EDITIONS, how="cross")
    asked["share_year"] = asked["year"] - asked["years_back"]
    found = asked.merge(sets, on=["share_year", "share_edition"])
    is_own = found["scope"] == found["provider_agb"]
    found = found.assign(is_own=is_own)[is_own | (found["scope"] == found["region_code"])]
    market = found.sort_values(["set_rank", "is_own"], ascending=[True, False]).drop_duplicates(EDITION)
    population = found[~found["is_own"]].sort_values("set_rank").drop_duplicates(EDITION)
    return found.assign(
        is_market_key=found.index.isin(market.index), is_population_key=found.index.isin(population.index)
    )


def settle(years: pd.DataFrame, share_sets: pd.DataFrame) -> pd.DataFrame:
    keys = share_sets.loc[share_sets["is_market_key"], [*EDITION, "share_year"]]
    editions = pd.DataFrame({"edition": ["provisional", "definitive"]})
    settlements = years.merge(editions, how="cross").merge(keys, on=EDITION, how="left")
    settles, has_shares = settlements["settles"], settlements["share_year"].notna()
    status = pd.Series("settled", index=settlements.index).where(has_shares, "shares_missing")
    budget = settlements["budget_cents"].where(settles)
    return settlements.assign(
        budget_cents=budget,
        difference_cents=budget - settlements["revenue_cents"],
        status=status.where(settles, "no_budget"),
        share_year=settlements["share_year"].where(settles).astype("Int64"),
    )


def build_settlement(settlements: pd.DataFrame) -> pd.DataFrame:
    difference = settlements["difference_cents"]
    sign = (difference > 0).astype("Int64") - (difference < 0).astype("Int64")
    return settlements[EDITION].assign(
        budget_cents=settlements["budget_cents"],
        revenue_cents=settlements["revenue_cents"],
        revenue_difference_cents=difference,
        instrument=sign.map(INSTRUMENTS),
        status=settlements["status"],
        shares_year=settlements["share_year"],
    )
