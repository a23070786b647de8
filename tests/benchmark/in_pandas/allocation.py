"""What each insurer bears of a settlement, and of which kind of care."""

from __future__ import annotations

import pandas as pd

EDITION = ["provider_agb", "year", "edition"]
INSURER = [*EDITION, "insurer_uzovi"]
AMOUNTS = ["declared_cents", "lump_sum_cents", "advance_cents", "paid_cents"]
ALLOCATED = [
    *INSURER, "market_share_e8", "declared_cents", "lump_sum_cents", "part_cents", "burden_cents", "advance_cents",
    "still_to_pay_cents", "declared_share", "part_by_declared_share_cents", "part_by_population_share_cents",
]  # fmt: skip


def insurer_burdens(
    settlements: pd.DataFrame,
    share_sets: pd.DataFrame,
    shares: pd.DataFrame,
    earned: pd.DataFrame,
    payments: pd.DataFrame,
) -> pd.DataFrame:
    """Each settled difference over its insurers by their share of the market, and two other keys beside it."""
    weights, amounts = _weights(share_sets, shares), _amounts(earned, payments)
    amounts = amounts.merge(pd.DataFrame({"edition": ["provisional", "definitive"]}), how="cross")
    settled = settlements.loc[settlements["status"] == "settled", [*EDITION, "difference_cents"]]
    rows = settled.merge(weights.merge(amounts, on=INSURER, how="outer"), on=EDITION)
    is_known = rows["is_counted"].groupby([rows[name] for name in EDITION]).transform("min") == 1
    rows["population_weight"] = rows["insured_count"].fillna(0).where(is_known)
    rows = rows[rows["has_share"].eq(True) | rows["declared_cents"].notna()].reset_index(drop=True)
    rows[AMOUNTS] = rows[AMOUNTS].fillna(0)
    rows["market_weight"] = rows["market_share_e8"].fillna(0)
    rows["declared_weight"] = rows["declared_cents"].clip(lower=0)
    rows["part_cents"] = spread(rows, EDITION, "insurer_uzovi", "difference_cents", "market_weight")
    for key in ("declared", "population"):
        part = spread(rows, EDITION, "insurer_uzovi", "difference_cents", f"{key}_weight")
        rows[f"part_by_{key}_share_cents"] = part
    rows["burden_cents"] = rows["declared_cents"] + rows["lump_sum_cents"] + rows["part_cents"]
    return rows


def _weights(share_sets: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    chosen = share_sets[share_sets["is_market_key"] | share_sets["is_population_key"]]
    stated = shares.rename(columns={"year": "share_year", "edition": "share_edition"})
    held = chosen.merge(stated, on=["share_year", "share_edition", "scope"])
    held["market_share_e8"] = held["share_e8"].where(held["is_market_key"])
    held["is_counted"] = held["insured_count"].notna().astype("Int64").where(held["is_population_key"])
    held["insured_count"] = held["insured_count"].where(held["is_population_key"])
    return held.groupby(INSURER, as_index=False).agg(
        market_share_e8=("market_share_e8", "max"),
        insured_count=("insured_count", "max"),
        is_counted=("is_counted", "min"),
        has_share=("is_market_key", "any"),
    )


def _amounts(earned: pd.DataFrame, payments: pd.DataFrame) -> pd.DataFrame:
    by = ["provider_agb", "year", "insurer_uzovi"]
    paid = payments.assign(
        paid_cents=payments["cents"],
        lump_sum_cents=payments["cents"].where(payments["kind"] == "lump_sum"),
        advance_cents=payments["cents"].where(payments["kind"] == "advance"),
    )
    both = pd.concat([earned, paid]).reindex(columns=[*by, *AMOUNTS])
    both[AMOUNTS] = both[AMOUNTS].astype("Int64").fillna(0)
    return both.groupby(by, as_index=False).sum()


def spread(rows: pd.DataFrame, pot: list[str], tie: str, cents: str, weight: str) -> pd.Series:
    """Largest remainder: floors of the parts, then the cents left over to the largest fractions, ties to the lower."""
    pots = [rows[name] for name in pot]
    total = rows[weight].groupby(pots).transform("sum")
    is_spread = rows[cents].notna() & rows[weight].notna() & (total > 0)
    total, given = total[is_spread].astype(object), rows[is_spread]
    product = given[cents].abs().astype(object) * given[weight].astype(object)
    parts = given[[*pot, tie]].assign(whole=(product // total).astype("int64"), rest=(product % total).astype("int64"))
    left_over = given[cents].abs() - parts.groupby(pot)["whole"].transform("sum")
    ordered = parts.sort_values(["rest", tie], ascending=[False, True])
    gets_one = ordered.groupby(pot).cumcount().reindex(parts.index) < left_over
    part = parts["whole"] + gets_one.astype("int64")
    return part.where(given[cents] >= 0, -part).reindex(rows.index).astype("Int64")


def build_insurer_allocation(burdens: pd.DataFrame) -> pd.DataFrame:
    total = burdens.groupby(EDITION)["declared_weight"].transform("sum")
    return burdens.assign(
        still_to_pay_cents=burdens["burden_cents"] - burdens["paid_cents"],
        declared_share=burdens["declared_weight"].astype(float) / total.where(total != 0).astype(float),
    )[ALLOCATED]


def build_insurer_macro_category(burdens: pd.DataFrame, earned: pd.DataFrame) -> pd.DataFrame:
    by = ["provider_agb", "year", "insurer_uzovi"]
    categories = earned.groupby([*by, "macro_category"], as_index=False)["declared_cents"].sum()
    categories = categories[categories["declared_cents"] > 0].rename(columns={"declared_cents": "weight"})
    pots = burdens[[*INSURER, "burden_cents"]].merge(categories, on=by, how="left")
    pots["macro_category"] = pots["macro_category"].fillna("unassigned")
    pots["weight"] = pots["weight"].fillna(1).astype("Int64")
    pots["burden_cents"] = spread(pots, INSURER, "macro_category", "burden_cents", "weight")
    return pots[[*INSURER, "macro_category", "burden_cents"]]
