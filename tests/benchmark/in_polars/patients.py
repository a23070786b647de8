"""Patients: one number and one pseudonym for each, however their key was delivered."""

from __future__ import annotations

from hashlib import sha256

import polars as pl

from tests.benchmark.delivered import KEY_BLOCK
from tests.benchmark.in_polars.landing import Landing


def name_patients(landing: Landing, declared: pl.DataFrame) -> pl.DataFrame:
    """Delivered key, pseudonym and number; keys that are neither a BSN nor a pseudonym are left out."""
    feeds = [landing.register(feed)["patient_key"] for feed in ("legal_indications", "exceptions")]
    keys = pl.concat([declared["delivered_key"].unique(), *feeds]).unique().alias("delivered_key").to_frame()
    bsns = keys.filter(
        pl.col("delivered_key").str.contains("^[0-9]{9}$"), _is_bsn(pl.col("delivered_key").cast(int, strict=False))
    )
    named = pl.concat(
        [
            bsns.with_columns(patient_key=_pseudonyms(bsns["delivered_key"], landing.key)),
            keys.filter(pl.col("delivered_key").str.contains("^[0-9a-fA-F]{64}$")).with_columns(
                patient_key=pl.col("delivered_key").str.to_lowercase()
            ),
        ]
    )
    return named.with_columns(patient=pl.col("patient_key").cast(pl.Categorical).to_physical())


def _is_bsn(number: pl.Expr) -> pl.Expr:
    weighted = sum(weight * (number // 10 ** (weight - 1) % 10) for weight in range(2, 10)) - number % 10
    return (weighted % 11 == 0) & (number > 0)


def _pseudonyms(bsns: pl.Series, key: bytes) -> pl.Series:
    """HMAC with both halves of its key hashed once. Polars has no SHA-256, so this is a call per patient."""
    inner, outer = (sha256(bytes(byte ^ pad for byte in key.ljust(KEY_BLOCK, b"\0"))) for pad in (0x36, 0x5C))

    def pseudonym(bsn: str) -> str:
        within, around = inner.copy(), outer.copy()
        within.update(bsn.encode())
        around.update(within.digest())
        return around.hexdigest()

    return pl.Series(map(pseudonym, bsns), dtype=pl.String)
