"""The release before, as what a release may begin from: a copy of it, in which only what differs is written.

What a copy loses is the order of its rows, and what was taken out of a DuckDB file lies in it until it is written
over. So the first release of a month is written from nothing, and so is one of other code, or after damage.
"""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from dagster_project.publish import manifest
from dagster_project.publish.pointer import Release

log = logging.getLogger(__name__)


def usable(release: Release | None, told: dict[str, Any] | None, as_of: date, code_version: str) -> Release | None:
    """The current release, of which `told` is the manifest, if a release of this date and code may begin from it."""
    if release is None or told is None:
        return None
    if told["code_version"] != code_version or told["as_of"][:7] != str(as_of)[:7]:
        return None
    if not manifest.is_whole(release.path):
        log.warning("publish: %s is damaged, so nothing of it is taken over", release.release_id)
        return None
    return release
