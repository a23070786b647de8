"""Declarations: what has the right shape and is known, the latest of each key, and the credits that count."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from tests.benchmark.in_polars.landing import Landing, collect_each, day, instant, whole_number
from tests.benchmark.in_polars.registers import Registers, on_day

COLUMNS = [
    "declaration_id", "debit_credit", "corrects_declaration_id", "provider_agb", "insurer_uzovi", "patient_key",
    "birth_year", "performance_code", "service_start", "service_end", "episode_id", "quantity", "amount_cents",
    "legal_framework", "declared_on",
]  # fmt: skip
LAWS = ["Zvw", "Wlz", "Wmo", "Jw", "Wpg"]
NEVER = pl.lit(datetime(9999, 12, 31, tzinfo=UTC)).cast(pl.Datetime("us", "UTC"))
KEY = ["provider_agb", "declaration_id"]
SAME_IN_CREDIT = ["insurer_uzovi", "patient", "performance_code", "quantity", "amount_cents"]
OF_THE_DEBIT = ["service_on", "sector", "region_code", "function", "covers_budget", "macro_category"]


def read_declared(landing: Landing, registers: Registers) -> pl.DataFrame:
    """Every line of the right shape with the reference of its service date, numbered in the order of its file."""
    files = landing.files.lazy().select("path", "delivery_order", "delivery_date")
    parts = [
        *map(_typed, landing.text_lines("declarations", COLUMNS)),
        *map(_filled, landing.parquet_lines("declarations", COLUMNS)),
    ]
    sound = collect_each([_sound(part, files) for part in parts]).with_row_index("line")
    return _with_reference(sound, registers).collect(engine="streaming")


def keep_current(declared: pl.DataFrame, patients: pl.DataFrame) -> pl.DataFrame:
    """Within a file the first line of a key stands; of what is known the latest file wins."""
    repeated = declared.filter(pl.struct(KEY).hash().is_duplicated())
    superseded = (
        repeated.select("line", *KEY, "delivery_order", "is_known", "delivered_key")
        .join(patients, on="delivered_key", how="semi")
        .sort("line")
        .with_columns(in_file=pl.int_range(1, pl.len() + 1).over([*KEY, "delivery_order"]))
        .with_columns(latest=pl.when(pl.col("is_known"), pl.col("in_file") == 1).then("delivery_order").max().over(KEY))
        .filter((pl.col("in_file") > 1) | (pl.col("delivery_order") < pl.col("latest")))
    )
    return (
        declared.lazy()
        .filter(pl.col("is_known"))
        .drop("is_known")
        .join(superseded.lazy().select("line"), on="line", how="anti")
        .join(patients.lazy().select("delivered_key", "patient"), on="delivered_key")
        .drop("delivered_key")
        .collect(engine="streaming")
    )


def match_credits(current: pl.DataFrame) -> pl.DataFrame:
    """The first credit that fits each debit, with what it takes over from that debit."""
    debit = pl.col("debit_credit") == "D"
    debits = current.lazy().filter(debit).select(*KEY, *SAME_IN_CREDIT, *OF_THE_DEBIT, debit_line="line")
    return (
        current.lazy()
        .filter(~debit)
        .select("line", "provider_agb", "corrects_declaration_id", "declared_on", *SAME_IN_CREDIT, credit_id=KEY[1])
        .join(
            debits,
            left_on=["provider_agb", "corrects_declaration_id", *SAME_IN_CREDIT],
            right_on=[*KEY, *SAME_IN_CREDIT],
        )
        .sort("declared_on", "credit_id")
        .unique("debit_line", keep="first", maintain_order=True)
        .select("line", "debit_line", *OF_THE_DEBIT)
        .collect(engine="streaming")
    )


def with_corrections(current: pl.DataFrame, credits: pl.DataFrame, disputed: pl.DataFrame) -> pl.DataFrame:
    """All current lines; a credit that counts is in the month and the categories of its debit."""
    taken_over = pl.col("is_credit").is_not_null()
    sign = pl.when(pl.col("debit_credit") == "D").then(1).otherwise(-1)
    return (
        current.lazy()
        .join(credits.lazy().drop("debit_line").with_columns(is_credit=True), on="line", how="left", suffix="_debit")
        .join(disputed.lazy(), on="line", how="left")
        .select(
            *KEY,
            "debit_credit",
            "corrects_declaration_id",
            "insurer_uzovi",
            "patient",
            *(
                pl.coalesce(f"{name}_debit", name).alias(name)
                for name in ("sector", "region_code", "function", "covers_budget")
            ),
            "performance_code",
            "service_start",
            pl.coalesce("service_on_debit", "service_on").dt.truncate("1mo").alias("service_month"),
            "declared_on",
            "quantity",
            "legal_framework",
            "episode_id",
            "delivery_order",
            cents=sign * pl.col("amount_cents"),
            counted=(pl.col("debit_credit") == "D") | taken_over,
            disputed_cents=pl.col("disputed_cents").fill_null(0),
            macro_category=pl.when(taken_over).then("macro_category_debit").otherwise("macro_category"),
        )
        .collect(engine="streaming")
    )


def _typed(lines: pl.LazyFrame) -> pl.LazyFrame:
    """As the Parquet files have it, and null for what is no such thing."""
    return lines.with_columns(
        instant("service_start"),
        pl.when(pl.col("service_end").is_null()).then(NEVER).otherwise(instant("service_end")).alias("service_end"),
        pl.when(pl.col("birth_year").is_null()).then(1900).otherwise(whole_number("birth_year", 4)).alias("birth_year"),
        whole_number("quantity", 7),
        whole_number("amount_cents", 14),
        day("declared_on"),
    )


def _filled(lines: pl.LazyFrame) -> pl.LazyFrame:
    return lines.with_columns(pl.col("birth_year").fill_null(1900), pl.col("service_end").fill_null(NEVER))


def _sound(lines: pl.LazyFrame, files: pl.LazyFrame) -> pl.LazyFrame:
    return (
        lines.join(files, on="path", maintain_order="left")
        .with_columns(service_on=pl.col("service_start").dt.convert_time_zone("Europe/Amsterdam").dt.date())
        .filter(_is_sound())
        .drop("path", "delivery_date", "birth_year", "service_end")
        .rename({"patient_key": "delivered_key"})
    )


def _is_sound() -> pl.Expr:
    is_credit, corrects, episode = pl.col("debit_credit") == "C", pl.col(COLUMNS[2]), pl.col("episode_id")
    return pl.all_horizontal(
        _is_code("declaration_id", 20),
        pl.col("debit_credit").is_in(["D", "C"]),
        is_credit == corrects.is_not_null(),
        corrects.is_null() | _is_code(COLUMNS[2], 20),
        episode.is_null() | _is_code("episode_id", 40),
        pl.col("legal_framework").is_in(LAWS),
        pl.col("quantity").is_between(1, 1_000_000),
        pl.col("amount_cents") <= 10_000_000_000_000,
        pl.col("birth_year").is_between(1900, pl.col("delivery_date").dt.year()),
        pl.col("service_start") <= pl.col("service_end"),
        pl.col("service_on") <= pl.col("declared_on"),
        pl.col("declared_on") <= pl.col("delivery_date"),
        ~_names_patient("declaration_id"),
        ~_names_patient("performance_code"),
        corrects.is_null() | ~_names_patient(COLUMNS[2]),
        episode.is_null() | ~_names_patient("episode_id"),
    )


def _is_code(name: str, longest: int) -> pl.Expr:
    return pl.col(name).str.contains(f"^[A-Za-z0-9._-]{{1,{longest}}}$")


def _names_patient(name: str) -> pl.Expr:
    return pl.col(name).str.contains(pl.col("patient_key"), literal=True)


def _with_reference(sound: pl.DataFrame, registers: Registers) -> pl.LazyFrame:
    """A provider's own tariff goes before the national one of its sector."""
    found = pl.lit(True).alias("is_found")
    national = registers.national_tariffs.with_columns(found)
    own = registers.own_tariffs.with_columns(found)
    insurers = registers.insurers.with_columns(is_insurer=True)
    span = sound["service_on"].min(), sound["service_on"].max()
    lines = on_day(sound.lazy(), registers.providers, ["provider_agb"], span)
    lines = on_day(lines, insurers, ["insurer_uzovi"], span)
    lines = on_day(lines, national, ["performance_code", "sector"], span)
    lines = on_day(lines, own.rename(_own), ["performance_code", "provider_agb"], span)
    first = ["function", "tariff_kind", "covers_budget", "max_per_day"]
    theirs = ["tariff_cents", "macro_category"]
    is_own, is_known = pl.col("own_is_found").is_not_null(), pl.col("sector").is_not_null() & pl.col("is_insurer")
    return lines.with_columns(
        *(pl.coalesce(f"own_{name}", name).alias(name) for name in first),
        *(pl.when(is_own).then(f"own_{name}").otherwise(name).alias(name) for name in theirs),
        is_known=is_known.fill_null(False) & (is_own | pl.col("is_found").is_not_null()),
    ).drop(pl.col("^own_.*$"), "is_insurer", "is_found")


def _own(name: str) -> str:
    return name if name in ("performance_code", "provider_agb", "valid_from", "valid_until") else f"own_{name}"
