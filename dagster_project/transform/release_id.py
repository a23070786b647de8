"""Release ids: the date, and 8 hex of everything that the release is made from."""

from __future__ import annotations

import hashlib
from datetime import date

import polars as pl


def release_nights(versions: pl.DataFrame, code_version: str, key_fingerprint: str) -> dict[date, str]:
    """For each delivery date the id of the release as of it, from the ledger's versions (feed, delivery_date, file,
    version, sha256, door_version, in_force). The same versions in the same order of each name, judged by the same door,
    code and key give the same ids, in any home folder; when they were received does not matter. Of a version that was
    replaced no row is read, so it does not matter what judged it."""
    digest = hashlib.sha256(f"{code_version}|{key_fingerprint}".encode())
    nights = {}
    judged_by = pl.when("in_force").then("door_version").otherwise(pl.lit(""))
    ordered = versions.select("delivery_date", "feed", "file", "version", "sha256", judged_by).sort(pl.all())
    for delivery_date, *version in ordered.iter_rows():
        digest.update("|".join(map(str, (delivery_date, *version))).encode() + b"\n")
        nights[delivery_date] = f"{delivery_date}-{digest.copy().hexdigest()[:8]}"
    return nights


def release_id(nights: dict[date, str], as_of: date) -> str:
    """The id of the release as of a date, on which nothing need have been delivered; `nights` has some."""
    return f"{as_of}-{nights[max(nights)].rsplit('-', 1)[1]}"
