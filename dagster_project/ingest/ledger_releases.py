"""What the ledger keeps of each published release, also of one that is gone: its manifest.

Its deliveries are not listed again: they are the versions dated up to its `as_of` and received by its `known_on`. Their
hash is kept, so that a ledger that knows others is found out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dagster_project.ingest.ledger import Ledger, instant_text

_NAMED_BY = ("feed", "delivery_date", "file", "version", "sha256")


@dataclass(frozen=True)
class Published:
    """A release as it was published; `manifest` is its manifest.json without its deliveries."""

    release_id: str
    as_of: date
    known_on: datetime
    deliveries_sha256: str
    manifest: dict[str, Any]

    @classmethod
    def of(cls, manifest: dict[str, Any]) -> Published | None:
        """From a manifest; None of one of 0.5.0 or before, which does not tell what was known."""
        if "known_on" not in manifest:
            return None
        rest = {name: value for name, value in manifest.items() if name != "deliveries"}
        as_of, known_on = date.fromisoformat(rest["as_of"]), datetime.fromisoformat(rest["known_on"])
        return cls(rest["release_id"], as_of, known_on, deliveries_hash(manifest["deliveries"]), rest)

    @property
    def made_by(self) -> dict[str, str]:
        """Code and packages, part by part."""
        return self.manifest["made_by"]

    @property
    def parquet(self) -> dict[str, str]:
        """Path within the release → sha256 of each Parquet file."""
        files = self.manifest["files"].items()
        return {name: told["sha256"] for name, told in files if name.endswith(".parquet")}


def deliveries_hash(deliveries: Iterable[dict[str, Any]]) -> str:
    """sha256 of deliveries as a manifest lists them, in any order."""
    lines = sorted("|".join(str(told[name]) for name in _NAMED_BY) for told in deliveries)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def keep(ledger: Ledger, releases: Iterable[Published]) -> None:
    """Write releases down, for good; one that is known stays as it is."""
    for one in releases:
        ledger.keep_release(
            one.release_id, str(one.as_of), instant_text(one.known_on), one.deliveries_sha256, json.dumps(one.manifest)
        )


def kept(ledger: Ledger, release_id: str) -> Published | None:
    """A release that was written down; None if it was not."""
    row = ledger.kept_release(release_id)
    if row is None:
        return None
    _, as_of, known_on, deliveries, manifest = row
    instant = datetime.fromisoformat(known_on)
    return Published(release_id, date.fromisoformat(as_of), instant, deliveries, json.loads(manifest))
