"""Allocation: what each insurer bears of a settlement, and that burden by macro category."""

from __future__ import annotations

import polars as pl

from tests.benchmark.in_polars.settlement import CASE, EDITIONS, SHARE_SET

INSURER = ["provider_agb", "year", "insurer_uzovi"]
PAYING = [*CASE, "insurer_uzovi"]
PARTS = {
    "part_cents": "market_weight",
    "declared_part_cents": "declared_weight",
    "population_part_cents": "population_weight",
}


def allocate(
    settlements: pl.DataFrame,
    chosen: pl.DataFrame,
    shares: pl.DataFrame,
    earned: pl.DataFrame,
    payments: pl.DataFrame,
) -> pl.DataFrame:
    """Every insurer of a settlement with its parts by market share, by what it was declared and by population."""
    weights = _weigh(settlements, chosen, shares, _sum_insurers(earned, payments))
    for part, weight in PARTS.items():
        weights = spread(weights, CASE, "insurer_uzovi", "difference_cents", weight, part)
    declared_total = pl.col("declared_weight").sum().over(CASE)
    return weights.with_columns(
        burden_cents=pl.col("declared_cents") + pl.col("lump_sum_cents") + pl.col("part_cents"),
        declared_share=pl.when(declared_total != 0).then(pl.col("declared_weight") / declared_total),
    ).with_columns(still_to_pay_cents=pl.col("burden_cents") - pl.col("paid_cents"))


def spread_over_categories(burdens: pl.DataFrame, earned: pl.DataFrame) -> pl.DataFrame:
    """Each burden over the macro categories that the insurer was declared in."""
    categories = (
        earned.group_by(*INSURER, "macro_category")
        .agg(weight=pl.col("declared_cents").sum())
        .filter(pl.col("weight") > 0)
    )
    pots = burdens.join(categories, on=INSURER, how="left").with_columns(
        pl.col("macro_category").fill_null("unassigned"), pl.col("weight").fill_null(1)
    )
    return spread(pots, PAYING, "macro_category", "burden_cents", "weight", "category_cents")


def spread(frame: pl.DataFrame, pot: list[str], tie: str, cents: str, weight: str, part: str) -> pl.DataFrame:
    """Largest remainder: floors, then the cents left over to the largest fractions, ties to the lower one."""
    total = pl.col(weight).cast(pl.Int128).sum().over(pot)
    weighed = pl.col(cents).cast(pl.Int128).abs() * pl.col(weight)
    place = pl.int_range(1, pl.len() + 1).over(pot)
    left_over = pl.col(cents).abs() - pl.col("whole").sum().over(pot)
    one_more = (place <= left_over).cast(pl.Int64)
    return (
        frame.with_columns(total=pl.when(total != 0).then(total))
        .with_columns(whole=(weighed // pl.col("total")).cast(pl.Int64), rest=weighed % pl.col("total"))
        .sort(pl.col("rest"), pl.col(tie), descending=[True, False])
        .with_columns((pl.col(cents).sign() * (pl.col("whole") + one_more)).alias(part))
        .drop("total", "whole", "rest")
    )


def _sum_insurers(earned: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    of_kind = {
        f"{kind}_cents": pl.col("cents").filter(pl.col("kind") == kind).sum() for kind in ("lump_sum", "advance")
    }
    return (
        pl.concat([earned.select(*INSURER, "declared_cents"), payments.drop("month")], how="diagonal")
        .group_by(INSURER)
        .agg(pl.col("declared_cents").sum(), paid_cents=pl.col("cents").sum(), **of_kind)
    )


def _weigh(
    settlements: pl.DataFrame, chosen: pl.DataFrame, shares: pl.DataFrame, amounts: pl.DataFrame
) -> pl.DataFrame:
    """Insurers with a share or a line of money; population counts only where every insurer of the set has one."""
    settled = settlements.filter(pl.col("status") == "settled").select(*CASE, "difference_cents")
    shared = _shared(chosen, shares)
    counted = shared.group_by(CASE).agg(is_population_known=pl.col("is_insured_counted").min())
    both_editions = amounts.join(pl.DataFrame({"edition": EDITIONS}), how="cross")
    money = ["declared_cents", "lump_sum_cents", "advance_cents", "paid_cents"]
    return (
        shared.join(both_editions, on=PAYING, how="full", coalesce=True)
        .join(settled, on=CASE)
        .join(counted, on=CASE, how="left")
        .filter(pl.col("has_share").fill_null(False) | pl.col("declared_cents").is_not_null())
        .with_columns(
            pl.col(money).fill_null(0),
            market_weight=pl.col("share_units").fill_null(0),
            declared_weight=pl.col("declared_cents").fill_null(0).clip(lower_bound=0),
            population_weight=pl.when("is_population_known").then(pl.col("insured_count").fill_null(0)),
        )
    )


def _shared(chosen: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    of_market, of_population = pl.col("is_market_key"), pl.col("is_population_key")
    return (
        chosen.join(shares, on=SHARE_SET)
        .group_by(PAYING)
        .agg(
            pl.col("share", "share_units").filter(of_market).max(),
            pl.col("insured_count").filter(of_population).max(),
            has_share=of_market.any(),
            is_insured_counted=pl.col("insured_count").is_not_null().filter(of_population).min(),
        )
    )
