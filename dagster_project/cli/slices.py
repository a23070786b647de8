"""What a command reads: the release that was asked for, or an insurer's slice of it, under the home's own key."""

from __future__ import annotations

from pathlib import Path

from dagster_project.ingest.ledger import Ledger
from dagster_project.ingest.pseudonym import fingerprint
from dagster_project.keys import pseudonym_key
from dagster_project.publish.pointer import Release
from dagster_project.publish.slices import slice_of
from dagster_project.settings import Settings


def slice_to_read(settings: Settings, release: Release, insurer: str | None) -> Path | None:
    """The file of an insurer's slice, made if need be; None where no insurer is asked for.

    Raises ZorgmartError without the key that the home was filled with: its patients would get other pseudonyms.
    """
    if insurer is None:
        return None
    key = pseudonym_key(settings)[0]
    with Ledger(settings.home, read_only=True) as ledger:
        ledger.check_key(fingerprint(key))
    return slice_of(release, insurer, key)
