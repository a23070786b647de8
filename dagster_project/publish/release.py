"""Making a release: everything into a folder of its own, to the disk, then one step of the pointer."""

from __future__ import annotations

import logging
from typing import Any

import duckdb

from dagster_project.errors import ZorgmartError, error_because
from dagster_project.publish import build_folder, manifest, parts, readers
from dagster_project.publish.base_release import base_of
from dagster_project.publish.pointer import (
    Release,
    current_id,
    current_release,
    is_of_earlier_date,
    move_pointer,
    publish_lock,
    published_folder,
    require_current,
)
from dagster_project.publish.release_files import timed, write_release
from dagster_project.publish.request import PublishRequest, require_valid

log = logging.getLogger(__name__)


def publish(request: PublishRequest) -> Release:
    """Makes the release, or takes the whole one that is there, and points `current` at it unless that has a later date.

    Raises ZorgmartError in one sentence; whatever happens, the release before stays as it is.
    """
    require_valid(request)
    try:
        return _publish(request)
    except (OSError, duckdb.Error) as error:
        reason = str(error).strip().splitlines()[0]
        sentence = (
            f"release {request.release_id} could not be made ({reason}); the current release stands,"
            " mend that and run again"
        )
        raise error_because(error, sentence) from error


def _publish(request: PublishRequest) -> Release:
    published = published_folder(request.home)
    published.mkdir(parents=True, exist_ok=True)
    target = published.resolve() / request.release_id
    readers.grant_all(request.home, request.readers)
    require_current(request.home, request.expected_current, request.release_id)
    if request.same_parquet is not None or not manifest.is_whole(target):
        before = _before(request)
        base = base_of(current_release(request.home) if before else None, before, request.made_by)
        with build_folder.build_folder(published, request.release_id) as folder:
            with publish_lock(published):
                parts.sweep_store(published)
            made = write_release(request, folder, before, base)
            manifest.require_parquet(folder, request.release_id, request.same_parquet)
            with timed("to disk"):
                with publish_lock(published):
                    parts.take_into_store(published, folder, made)
                build_folder.seal(folder)
                readers.grant(folder, request.readers)
            with publish_lock(published):
                require_current(request.home, request.expected_current, request.release_id)
                if not manifest.is_whole(target):
                    build_folder.settle(folder, target)
                _point(request)
    else:
        with publish_lock(published):
            _point(request)
    return Release(request.release_id, target)


def _point(request: PublishRequest) -> None:
    """Points `current` at the release, unless one of a later date stands there and nobody asked to go back."""
    if request.same_parquet is not None:
        return
    standing = current_id(request.home)
    is_gone = standing is None or not (published_folder(request.home) / standing).is_dir()
    stays = request.beside or is_of_earlier_date(request.release_id, standing)
    if request.make_current or is_gone or not stays:
        move_pointer(request.home, request.release_id, request.expected_current)


def _before(request: PublishRequest) -> dict[str, Any] | None:
    """The manifest of the release before; None if there is none, or if it is damaged and this run mends it."""
    try:
        release = current_release(request.home)
        return release.manifest() if release and release.release_id != request.release_id else None
    except (OSError, ValueError, ZorgmartError) as error:
        log.warning("publish: no comparison with the release before (%s)", error)
        return None
