"""Whether the ledger knows every delivery that is known elsewhere; asked before a run changes anything.

A ledger that is not whole would make an older release current, and the rows of the deliveries that it lacks would be
swept from the store.
"""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path
from typing import Any

from dagster_project.errors import ZorgmartError
from dagster_project.ingest.journal import incomplete, require_journal_known
from dagster_project.ingest.landing import _shown
from dagster_project.ingest.ledger import Ledger
from dagster_project.publish.pointer import current_release

log = logging.getLogger(__name__)


def require_complete(home: Path) -> None:
    """Raise ZorgmartError if the archive or the current release's manifest has versions that the ledger lacks."""
    with Ledger(home) as ledger:
        check_complete(home, ledger)


def check_complete(home: Path, ledger: Ledger) -> None:
    """As `require_complete`, for a ledger that is open, if only to read."""
    require_journal_known(home, ledger)
    known = Counter((v.feed, str(v.delivery_date), v.file, v.sha256) for v in ledger.all_versions())
    release_id, deliveries = _of_current_release(home)
    missing = Counter(deliveries) - known
    if missing:
        paths = [_shown(Path(*version[:3])) for version in missing.elements()]
        raise incomplete(home, paths, len(deliveries), f"release {release_id}")


def _of_current_release(home: Path) -> tuple[str, list[tuple[str, ...]]]:
    """Id, and what its manifest says was delivered; nothing of a release that is gone or damaged: a run mends it."""
    try:
        release = current_release(home)
        if release is None:
            return "", []
        return release.release_id, [delivered(entry) for entry in release.manifest()["deliveries"]]
    except (OSError, ValueError, KeyError, TypeError, ZorgmartError) as error:
        log.warning("the ledger is not compared with the current release, which can't be read (%s)", error)
        return "", []


def delivered(entry: dict[str, Any]) -> tuple[str, str, str, str]:
    """Feed, delivery date, file and sha256 of a delivery in a manifest."""
    return entry["feed"], str(entry["delivery_date"]), entry["file"], entry["sha256"]
