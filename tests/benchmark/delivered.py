"""The delivered files that a computation outside the pipeline starts from; nothing of the pipeline is imported here."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

DELIVERY = re.compile(r"[^.].*\.(csv|csv\.gz|parquet)")
FEEDS = (
    "providers", "insurers", "tariffs", "market_shares", "budgets", "payments", "function_allocations",
    "legal_indications", "exceptions", "declarations", "capacity_snapshots",
)  # fmt: skip
KEY_BLOCK = 64
"""Bytes that HMAC-SHA256 pads a key to."""


def good_files(landing: Path, left_out: Iterable[str]) -> list[Path]:
    """The files of the feeds in the order of delivery, without `left_out`: paths within `landing`."""
    found = [path for path in landing.glob("*/*/*") if path.parts[-3] in FEEDS and DELIVERY.fullmatch(path.name)]
    found.sort(key=lambda path: (path.parent.name, path.name.encode()))
    bad = set(left_out)
    return [path for path in found if str(path.relative_to(landing)) not in bad]


def kind_of(path: Path) -> str:
    if path.suffix == ".parquet":
        return "parquet"
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return "semicolon" if b";" in file.readline() else "comma"


def last_day(landing: Path) -> date:
    return date.fromisoformat(max(path.name for path in landing.glob("*/*")))


def pseudonym_key(landing: Path) -> bytes:
    return json.loads((landing / ".zorgmart-sample.json").read_text(encoding="utf-8"))["pseudonym_key"].encode()


def listed(left_out: Path) -> set[str]:
    return set(left_out.read_text(encoding="utf-8").splitlines())
