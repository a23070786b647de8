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
        keys = rows.select(self._key).with_row_index("index")
        before = self._seen_before(keys)
        is_fresh = is_good & ~before
        fresh = keys.filter(is_fresh)
        is_first = self._is_first(fresh)
        standing = fresh.filter(is_first)
        self._remember(standing)
        if standing.height == rows.height:
            return before
        later = self._later(standing, pl.concat([keys.filter(~is_fresh), fresh.filter(~is_first)]))
        return before | keys.select(pl.col("index").is_in(later.implode())).to_series()

    def _later(self, standing: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
        """The index of those others that come after the standing row of their key."""
        others = others.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in self._required))
        hashes = self._hash(others)
        first = standing.filter(self._hash(standing).is_in(hashes.implode())).select(*self._key, first="index")
        pairs = others.join(first, on=self._key, how="inner", nulls_equal=True)
        return pairs.filter(pl.col("index") > pl.col("first"))["index"]

    def _hash(self, keys: pl.DataFrame, seed: int = 0) -> pl.Series:
        return keys.select(self._key).hash_rows(seed)

    def _is_first(self, keys: pl.DataFrame) -> pl.Series:
        """Whether no row above has the same key; only keys whose hashes are equal are compared."""
        hashes = self._hash(keys)
        ordered = hashes.sort()
        shared = ordered.filter(ordered == ordered.shift())
        if shared.is_empty():
            return pl.repeat(True, keys.height, eager=True)
        alike = keys.filter(hashes.is_in(shared.implode()))
        further = alike.filter(~pl.struct(self._key).is_first_distinct())["index"]
        return ~keys["index"].is_in(further.implode())

    def _hashes(self, keys: pl.DataFrame) -> pl.DataFrame:
        return pl.DataFrame({str(seed): self._hash(keys, seed) for seed in SEEDS})

    def _seen_before(self, keys: pl.DataFrame) -> pl.Series:
        """Whether a row of an earlier part stands with the key; of all those keys only the same ones are looked up."""
        if not self._seen:
            return pl.repeat(False, keys.height, eager=True)
        table = self._hashes(keys)
        hits = [seen.join(table, on=table.columns, how="semi") for seen in self._seen]
        same = pl.concat([table.clear(), *hits]).with_columns(is_seen=True)
        if same.is_empty():
            return pl.repeat(False, keys.height, eager=True)
        found = table.join(same, on=table.columns, how="left", maintain_order="left")
        return found["is_seen"].fill_null(False)

    def _remember(self, standing: pl.DataFrame) -> None:
        if self._in_pieces:
            self._seen.append(self._hashes(standing))
