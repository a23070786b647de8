"""The delivered files of a landing folder: the small feeds as text, the daily ones as lazy lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from tests.benchmark.delivered import good_files, kind_of, last_day, pseudonym_key

FOREVER = date(9999, 12, 31)
OFFSETS = {f"{'-+'[sign > 0]}{at // 60:02}:{at % 60:02}": sign * at for sign in (-1, 1) for at in range(16 * 60)}
SEPARATORS = {"comma": ",", "semicolon": ";"}


@dataclass(frozen=True)
class Landing:
    """A landing folder without the files that are known to be bad."""

    folder: Path
    left_out: set[str]

    @cached_property
    def files(self) -> pl.DataFrame:
        """Feed, kind and path of each file, with its date, its name and its place in the order of delivery."""
        good = good_files(self.folder, self.left_out)
        return pl.DataFrame(
            {
                "feed": [path.parts[-3] for path in good],
                "kind": [kind_of(path) for path in good],
                "path": [str(path) for path in good],
                "delivery_date": [date.fromisoformat(path.parent.name) for path in good],
                "delivery_file": [f"{path.parent.name}/{path.name}" for path in good],
            }
        ).with_row_index("delivery_order")

    @cached_property
    def as_of(self) -> date:
        return last_day(self.folder)

    @cached_property
    def key(self) -> bytes:
        return pseudonym_key(self.folder)

    def register(self, feed: str) -> pl.DataFrame:
        """All of a small feed as text, the latest delivery first; what a file has no column for is null."""
        files = self.files.filter(pl.col("feed") == feed)
        lines = [
            pl.scan_csv(path, separator=SEPARATORS[kind], infer_schema=False).with_columns(
                delivery_order=pl.lit(order, pl.UInt32)
            )
            for path, kind, order in files.select("path", "kind", "delivery_order").iter_rows()
        ]
        return pl.concat(pl.collect_all(lines), how="diagonal").sort(
            "delivery_order", descending=True, maintain_order=True
        )

    def text_lines(self, feed: str, columns: list[str]) -> list[pl.LazyFrame]:
        """The lines of CSV files that have as many fields as columns; with semicolons these are alphabetical."""
        return [
            _fields(paths, separator, columns if kind == "comma" else sorted(columns)).select("path", *columns)
            for kind, separator in SEPARATORS.items()
            if (paths := self._paths(feed, kind))
        ]

    def parquet_lines(self, feed: str, columns: list[str]) -> list[pl.LazyFrame]:
        paths = self._paths(feed, "parquet")
        return [pl.scan_parquet(paths, include_file_paths="path").select("path", *columns)] if paths else []

    def _paths(self, feed: str, kind: str) -> list[str]:
        return self.files.filter(pl.col("feed") == feed, pl.col("kind") == kind)["path"].to_list()


def collect_each(parts: list[pl.LazyFrame]) -> pl.DataFrame:
    """One kind of file after the other: a streaming union of them all was seen to stand still for minutes."""
    return pl.concat((part.collect(engine="streaming") for part in parts), how="vertical_relaxed")


def _fields(paths: list[str], separator: str, columns: list[str]) -> pl.LazyFrame:
    fields = pl.col("text").str.split_exact(separator, len(columns)).struct.rename_fields([*columns, "surplus"])
    return (
        pl.scan_lines(paths, name="text", include_file_paths="path")
        .select("path", fields)
        .unnest("text")
        .filter(pl.col("surplus").is_null(), pl.col(columns[-1]).is_not_null())
        .with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in columns)
    )


def instant(name: str) -> pl.Expr:
    """The UTC time of a text that ends in its offset; null for anything else. Formats with %.f or %z are slow ones."""
    local = pl.col(name).str.head(-6)
    whole = local.str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)
    broken = pl.when(whole.is_null()).then(local).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    minutes = pl.col(name).str.tail(6).replace_strict(OFFSETS, default=None, return_dtype=pl.Int64)
    return (pl.coalesce(whole, broken) - pl.duration(minutes=minutes)).dt.replace_time_zone("UTC").alias(name)


def whole_number(name: str, digits: int) -> pl.Expr:
    is_number = pl.col(name).str.contains(f"^[0-9]{{1,{digits}}}$")
    return pl.when(is_number).then(pl.col(name).cast(pl.Int64, strict=False))


def day(name: str) -> pl.Expr:
    return pl.col(name).str.to_date("%Y-%m-%d", strict=False)


def day_or_forever(name: str) -> pl.Expr:
    return day(name).fill_null(FOREVER)


def half_even(numerator: pl.Expr, denominator: int) -> pl.Expr:
    """Division of numbers that are not negative, a half rounded to even."""
    whole, twice = numerator // denominator, 2 * (numerator % denominator)
    rounds_up = (twice > denominator) | ((twice == denominator) & (whole % 2 == 1))
    return whole + rounds_up.cast(pl.Int64)
