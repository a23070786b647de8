"""Rows of one file with the same key: the first that breaks no other rule stands, every further one is repeated."""

from __future__ import annotations

import polars as pl

from dagster_project.feeds import Feed

SEEDS = (11, 13)


class Repeats:
    """Finds repeated keys in one part after another of the same files.

    Of earlier parts only 128 bits a key are kept, so that a file of any size can be read in pieces.
    """

    def __init__(self, feed: Feed, in_pieces: bool = False) -> None:
        self._key = ["version_id", *feed.key]
        self._required = [name for name in feed.key if feed.column(name).required]
        self._in_pieces = in_pieces
        self._seen: list[pl.DataFrame] = []

    def find(self, rows: pl.DataFrame, is_good: pl.Series) -> pl.Series:
        """For each row, in the file's order, whether an earlier row of its file stands with its key."""
        keys = rows.select(self._key).with_columns(is_good.alias("is_good"), index=pl.int_range(pl.len()))
        before = self._seen_before(keys)
        fresh = keys.filter(is_good & ~before)
        standing = fresh.filter(self._is_first(fresh))
        self._remember(standing)
        has_key = pl.all_horizontal(pl.col(name).is_not_null() for name in self._required)
        if standing.height == rows.height:
            return before
        others = keys.join(standing, on="index", how="anti", maintain_order="left").filter(has_key)
        first = standing.select(*self._key, first="index")
        later = others.join(first, on=self._key, how="inner", nulls_equal=True).filter(
            pl.col("index") > pl.col("first")
        )
        return before | keys.select(pl.col("index").is_in(later["index"].implode())).to_series()

    def _is_first(self, keys: pl.DataFrame) -> pl.Series:
        """Whether no row above has the same key; keys are compared only if two of their hashes are equal."""
        hashes = keys.select(pl.struct(self._key).hash()).to_series()
        if hashes.n_unique() == keys.height:
            return pl.repeat(True, keys.height, eager=True)
        return keys.select(pl.struct(self._key).is_first_distinct()).to_series()

    def _hashes(self, keys: pl.DataFrame) -> pl.DataFrame:
        key = pl.struct(self._key)
        return keys.select(key.hash(seed).alias(str(seed)) for seed in SEEDS)

    def _seen_before(self, keys: pl.DataFrame) -> pl.Series:
        before = pl.repeat(False, keys.height, eager=True)
        if self._seen and keys.height:
            table = self._hashes(keys)
            names = table.columns
            for seen in self._seen:
                marked = table.join(seen.with_columns(hit=True), on=names, how="left", maintain_order="left")
                before |= marked["hit"].fill_null(False)
        return before

    def _remember(self, standing: pl.DataFrame) -> None:
        if self._in_pieces:
            self._seen.append(self._hashes(standing))
