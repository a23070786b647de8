"""The rules of double funding: per line what is disputed, and the provider whom an exception may name."""

from __future__ import annotations

import polars as pl

from tests.benchmark.in_polars.landing import half_even

NEEDED = [
    "line", "patient", "provider_agb", "declaration_id", "sector", "region_code", "performance_code", "function",
    "tariff_kind", "tariff_cents", "max_per_day", "service_start", "service_on", "declared_on", "quantity",
    "amount_cents", "legal_framework", "episode_id",
]  # fmt: skip
FOUND = ["line", "rule", "counter_agb", "amount_cents"]
SEQUENCE = ["service_start", "declared_on", "provider_agb", "declaration_id"]
NOBODY = pl.lit(None, pl.String)
GRACE_DAYS = 42


def beyond_maximum(live: pl.DataFrame) -> pl.DataFrame:
    """R01 and R02: the same care on one day too often, by one provider or by two."""
    same_day = ["patient", "performance_code", "service_on"]
    ranked = (
        live.filter(pl.struct(same_day).hash().is_duplicated())
        .sort(SEQUENCE)
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over(same_day))
    )
    rule = pl.when(pl.col("provider_agb") == pl.col("earlier_agb")).then(pl.lit("R01")).otherwise(pl.lit("R02"))
    pairs = _pairs(ranked.lazy().filter(pl.col("rank") > pl.col("max_per_day")), ranked.lazy(), same_day)
    return _earliest(pairs, rule)


def in_two_sectors(live: pl.DataFrame) -> pl.DataFrame:
    """R04: a function of acute care that providers of two sectors declare for one episode."""
    of_patient = ["patient", "function"]
    coordination = live.lazy().filter(pl.col("function") != "care")
    two = coordination.group_by(of_patient).agg(pl.col("sector").n_unique()).filter(pl.col("sector") > 1)
    ranked = (
        coordination.join(two.select(of_patient), on=of_patient, how="semi")
        .sort(SEQUENCE)
        .with_row_index("rank")
        .collect(engine="streaming")
        .lazy()
    )
    both = pl.col("episode_id").is_not_null() & pl.col("earlier_episode_id").is_not_null()
    within_a_day = pl.col("service_start") - pl.col("earlier_service_start") <= pl.duration(hours=24)
    same_episode = pl.when(both).then(pl.col("episode_id") == pl.col("earlier_episode_id")).otherwise(within_a_day)
    pairs = _pairs(ranked, ranked, of_patient, "sector", "episode_id", "service_start").filter(
        pl.col("sector") != pl.col("earlier_sector"), same_episode
    )
    return _earliest(pairs, pl.lit("R04"))


def no_longer_theirs(live: pl.DataFrame, transferred: pl.DataFrame) -> pl.DataFrame:
    """R05: a function that the region gave to a coordination provider."""
    return (
        live.lazy()
        .filter(pl.col("function") != "care", pl.col("sector") != "zco")
        .join(transferred.lazy(), on=["region_code", "function"])
        .filter(pl.col("service_on").is_between("first_on", "last_on"))
        .group_by("line")
        .agg(pl.col("counter_agb").min(), pl.col("amount_cents").first(), rule=pl.lit("R05"))
        .select(FOUND)
        .collect(engine="streaming")
    )


def under_wrong_law(live: pl.DataFrame, indications: pl.DataFrame) -> list[pl.DataFrame]:
    """R06, R07 and R08, which look at patients with an indication only."""
    indicated = (
        live.lazy()
        .join(indications.lazy(), on="patient")
        .filter(pl.col("service_on").is_between("valid_from", "valid_until"))
        .collect(engine="streaming")
        .sort(SEQUENCE)
        .with_columns(rank=pl.col("line").rle_id())
    )
    return [_paid_by_the_wlz(indicated), _under_two_laws(indicated)]


def without_transport(live: pl.DataFrame) -> pl.DataFrame:
    """R09: an ambulance that did not take the patient along, and the ride declared beside it."""
    ambulance = live.filter(pl.col("sector") == "rav")
    code = pl.col("performance_code")
    not_transported = ambulance.filter(code == "AM004")
    rides = ambulance.filter(code.is_in(["AM001", "AM002", "AM003"])).join(
        not_transported, on=["provider_agb", "patient", "service_start"], how="semi"
    )
    rule = pl.lit("R09").alias("rule")
    return pl.concat(
        [
            not_transported.select("line", rule, NOBODY.alias("counter_agb"), "amount_cents"),
            rides.select("line", rule, pl.col("provider_agb").alias("counter_agb"), "amount_cents"),
        ]
    )


def beyond_tariff(live: pl.DataFrame) -> pl.DataFrame:
    """R11: more than the tariff allows, with ten percent on top for the highest kind of maximum."""
    allowed = pl.col("tariff_cents") * pl.col("quantity")
    most = pl.when(pl.col("tariff_kind") == "max_max").then(half_even(allowed * 110, 100)).otherwise(allowed)
    return live.filter(
        pl.col("tariff_kind").is_in(["fixed", "maximum", "max_max"]), pl.col("amount_cents") > allowed
    ).select("line", pl.lit("R11").alias("rule"), NOBODY.alias("counter_agb"), pl.col("amount_cents") - most)


def _paid_by_the_wlz(indicated: pl.DataFrame) -> pl.DataFrame:
    sector, law = pl.col("sector"), pl.col("legal_framework")
    at_home = sector.is_in(["district_nursing", "elv"])
    in_treatment = (
        pl.col("with_treatment") & (law == "Zvw") & sector.is_in(["gp", "pharmacy", "maternity", "acute_ggz"])
    )
    return (
        indicated.filter(pl.col("framework") == "Wlz", pl.when(at_home).then(law != "Wlz").otherwise(in_treatment))
        .select(
            "line",
            pl.when(at_home).then(pl.lit("R06")).otherwise(pl.lit("R07")).alias("rule"),
            NOBODY.alias("counter_agb"),
            "amount_cents",
        )
        .unique()
    )


def _under_two_laws(indicated: pl.DataFrame) -> pl.DataFrame:
    """The same care is what has the same code; the same function otherwise."""
    settled = (
        indicated.lazy()
        .filter(pl.col("service_on") > pl.col("valid_from") + pl.duration(days=GRACE_DAYS))
        .with_columns(
            is_right=pl.col("legal_framework") == pl.col("framework"),
            care_code=pl.when(pl.col("function") == "care").then("performance_code").otherwise(pl.lit("")),
        )
    )
    keys = ["patient", "framework", "valid_from", "function", "care_code"]
    pairs = _pairs(settled, settled, keys, "is_right").filter(pl.col("is_right") != pl.col("earlier_is_right"))
    return _earliest(pairs, pl.lit("R08"))


def _pairs(later: pl.LazyFrame, all_lines: pl.LazyFrame, keys: list[str], *compared: str) -> pl.LazyFrame:
    earlier = all_lines.select(
        *keys,
        pl.col(*compared, "rank").name.prefix("earlier_"),
        earlier_agb="provider_agb",
    )
    return later.join(earlier, on=keys).filter(pl.col("rank") > pl.col("earlier_rank"))


def _earliest(pairs: pl.LazyFrame, rule: pl.Expr) -> pl.DataFrame:
    return (
        pairs.with_columns(rule=rule)
        .group_by("line", "rule")
        .agg(pl.col("earlier_agb").min_by("earlier_rank").alias("counter_agb"), pl.col("amount_cents").first())
        .select(FOUND)
        .collect(engine="streaming")
    )
