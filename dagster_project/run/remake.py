"""Making a release again from its deliveries: the same id and the same Parquet, or a sentence on what differs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dagster_project.errors import ZorgmartError
from dagster_project.ingest.archive import Archive
from dagster_project.ingest.ledger import Ledger
from dagster_project.ingest.ledger_releases import Published, deliveries_hash, keep, kept
from dagster_project.ingest.serial_numbers import read_serial_numbers
from dagster_project.keys import pseudonym_key
from dagster_project.publish.pointer import Release, current_id, release_named, releases
from dagster_project.run import progress
from dagster_project.run.lock import writer_lock
from dagster_project.run.made_by import differences, made_by
from dagster_project.run.nightly import run_night
from dagster_project.run.plan import Asked, plan_run
from dagster_project.settings import Settings


@dataclass(frozen=True)
class Remade:
    """A release that was made again, how many Parquet files it has, and what `current` names."""

    release: Release
    parquet_files: int
    current: str | None


def remake(settings: Settings, release_id: str, reporter: progress.Reporter | None = None) -> Remade:
    """Make a release again; `current` stays where it is.

    Raises ZorgmartError that names what differs from when it was made; then nothing is made.
    """
    home = settings.home
    if not (home / "ledger.sqlite").is_file():
        raise ZorgmartError(f"There is no ledger in {home}, so no release is known; set ZORGMART_HOME or give --home.")
    with writer_lock(home, patient=True):
        known = _known(home, release_id)
        run_night(settings, _asked(settings, known), reporter)
        return Remade(release_named(home, release_id), len(known.parquet), current_id(home))


def asked_from_nothing(settings: Settings, release_id: str) -> Asked:
    """What makes a release again with a warehouse that is built from nothing, so that all its Parquet is compared.

    Raises ZorgmartError that names what differs from when it was made.
    """
    return replace(_asked(settings, _known(settings.home, release_id)), full_refresh=True)


def _asked(settings: Settings, known: Published) -> Asked:
    asked = Asked(known.as_of, known.known_on, remakes=known.release_id)
    _require_same(settings, known, asked)
    return asked


def _known(home: Path, release_id: str) -> Published:
    """What is known of the release, from the ledger, or else from its folder."""
    with Ledger(home) as ledger:
        names = sorted({*ledger.kept_releases(), *(release.release_id for release in releases(home))})
        found = kept(ledger, release_id) or _on_disk(home, release_id)
        keep(ledger, [found] if found else [])
    if found is None:
        told = f"{', '.join(names[-5:])}{' and earlier ones' if len(names) > 5 else ''}" if names else "none"
        raise ZorgmartError(f"No release {release_id!r} was ever published in {home}; there are {told}.")
    return found


def _on_disk(home: Path, release_id: str) -> Published | None:
    if release_id not in {release.release_id for release in releases(home)}:
        return None
    manifest = release_named(home, release_id).manifest()
    found = Published.of(manifest)
    if found is None:
        raise ZorgmartError(
            f"Release {release_id} was made by zorgmart {manifest.get('code_version')}, before releases told what was"
            " known; install that version to make it again."
        )
    return found


def _require_same(settings: Settings, known: Published, asked: Asked) -> None:
    """Raise ZorgmartError if deliveries, code, packages or archive are not those that made the release."""
    plan, _ = plan_run(settings.home, asked, pseudonym_key(settings)[0])
    if deliveries_hash(plan.deliveries) != known.deliveries_sha256:
        raise _cannot(known, f"the ledger now knows other deliveries for it ({len(plan.deliveries):,} of them)")
    serial = read_serial_numbers(settings.serial_numbers)
    if told := differences(known.made_by, made_by(plan.deliveries, serial)):
        raise _cannot(known, "; ".join(told))
    if lost := _lost(settings.home, plan.deliveries):
        first = lost[0]
        path = f"{first['feed']}/{first['delivery_date']}/{first['file']}, sha256 {first['sha256']}"
        raise _cannot(
            known, f"the archive lacks {len(lost):,} of its deliveries whole (the first is {path}); restore a backup"
        )


def _lost(home: Path, deliveries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Deliveries in force that the archive has not, or in another length."""
    archive = Archive(home)

    def is_whole(told: dict[str, Any]) -> bool:
        path = archive.path(told["sha256"])
        return path.is_file() and path.stat().st_size == told["bytes"]

    return [told for told in deliveries if told["status"] != "replaced" and not is_whole(told)]


def _cannot(known: Published, why: str) -> ZorgmartError:
    return ZorgmartError(f"Release {known.release_id} can't be made again: {why}. Nothing was made.")
