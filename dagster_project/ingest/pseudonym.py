"""Patient numbers: the eleven-test, and HMAC-SHA256 with the secret key in place of a BSN.

The BSN lives in memory for one batch; nothing here writes or logs.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log2

import polars as pl

from dagster_project.errors import ZorgmartError
from dagster_project.keyed_hash import digests
from dagster_project.keys import MAKE_KEY

SHORTEST_KEY = 32
LEAST_BITS = 80
DIGITS = 9
WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def check_key(key: str) -> None:
    """Raise ZorgmartError for a key that is too short, or too easy to guess, to keep anything secret."""
    reason = ""
    if len(key) < SHORTEST_KEY:
        reason = f"has {len(key)} characters and needs at least {SHORTEST_KEY}"
    elif _bits(key) < LEAST_BITS:
        reason = "is long enough but repeats or counts up, and so is easy to guess"
    if reason:
        raise ZorgmartError(
            f"ZORGMART_PSEUDONYM_KEY {reason}; set it to what `{MAKE_KEY}` prints, and keep it: another key gives other"
            " pseudonyms."
        )


def _bits(key: str) -> float:
    """An estimate of the entropy in bits: that of its characters, or of the steps between them if that is less, for as
    long as it does not repeat itself. A sentence passes; no estimate knows whether somebody else knows it."""
    repeats = (key + key).index(key, 1)
    block = key[:repeats] if len(key) % repeats == 0 else key
    steps = [ord(after) - ord(before) for before, after in pairwise(block)]
    return len(block) * min(_entropy(block), _entropy(steps))


def _entropy(found: Sequence[object]) -> float:
    """Bits for each element, by how often each occurs."""
    return -sum(count / len(found) * log2(count / len(found)) for count in Counter(found).values())


def fingerprint(key: str) -> str:
    """16 hex digits that tell one key from another and nothing else."""
    return hmac.digest(key.encode(), b"zorgmart: fingerprint of the pseudonym key", "sha256").hex()[:16]


def pseudonyms(delivered: pl.Series, key: str) -> pl.DataFrame:
    """For each text: `pseudonym` (64 lower-case hex), `is_bsn` (null for what was a pseudonym already).

    Texts that are neither nine digits nor 64 hex digits have no business here; see the column's pattern. A number that
    fails the eleven-test stays as it is. Each distinct number is hashed once; they are told apart as integers, which
    takes a fifth of the time that texts do.
    """
    texts = delivered.alias("text").to_frame()
    is_number = pl.col("text").str.len_bytes() == DIGITS
    numbers = texts.select(pl.when(is_number).then("text").cast(pl.Int64)).to_series()
    distinct = numbers.drop_nulls().unique().sort()
    places = numbers.rank("dense") - 1
    is_bsn = distinct.to_frame("number").select(_passes_eleven_test(pl.col("number"))).to_series()
    hashed = _hashed(distinct, is_bsn, key).gather(places)
    text = texts.select(pl.coalesce(hashed, pl.col("text").str.to_lowercase())).to_series()
    return pl.DataFrame({"pseudonym": text, "is_bsn": is_bsn.gather(places)})


def _hashed(numbers: pl.Series, is_bsn: pl.Series, key: str) -> pl.Series:
    """The pseudonym of each number that is a BSN, null for the others."""
    digits = numbers.filter(is_bsn).cast(pl.String).str.zfill(DIGITS).cast(pl.Binary)
    hashed = pl.Series(digests(digits.to_list(), key.encode()), dtype=pl.Binary).bin.encode("hex")
    places = pl.DataFrame({"is_bsn": is_bsn}).select(pl.when("is_bsn").then(pl.col("is_bsn").cum_sum() - 1))
    return hashed.gather(places.to_series())


def _passes_eleven_test(number: pl.Expr) -> pl.Expr:
    digits = [number // 10 ** (DIGITS - 1 - place) % 10 for place in range(DIGITS)]
    return (pl.sum_horizontal(d * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11 == 0) & (number > 0)
