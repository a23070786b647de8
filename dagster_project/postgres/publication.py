"""The current release of a home to the server that the settings name, under the home's own key."""

from __future__ import annotations

from collections.abc import Callable

from dagster_project.errors import ZorgmartError
from dagster_project.ingest.ledger import Ledger
from dagster_project.ingest.pseudonym import fingerprint
from dagster_project.keys import pseudonym_key
from dagster_project.postgres.passwords import read_passwords
from dagster_project.postgres.roles import Limits
from dagster_project.postgres.serve import Request, Served, serve
from dagster_project.publish.pointer import current_release
from dagster_project.settings import Settings


def server_named(settings: Settings, dsn: str | None = None) -> str:
    """The DSN that was given, or that of the settings. Raises ZorgmartError without one."""
    named = dsn or (settings.postgres_dsn.get_secret_value() if settings.postgres_dsn else None)
    if not named:
        raise ZorgmartError("no server is named; say --dsn postgresql://loader@host/postgres, or ZORGMART_POSTGRES_DSN")
    return named


def publish_current(settings: Settings, dsn: str, on_progress: Callable[[str, int, int], None]) -> tuple[str, Served]:
    """Publishes it; the id of the release, and what was done.

    Raises ZorgmartError without a release, or the key that the home was filled with.
    """
    release = current_release(settings.home)
    if release is None:
        raise ZorgmartError(f"there is no release under {settings.home} yet; run `zorgmart run`")
    key = pseudonym_key(settings)[0]
    with Ledger(settings.home, read_only=True) as ledger:
        ledger.check_key(fingerprint(key))
    limits = Limits(settings.pg_connections, settings.pg_temp_files, settings.pg_seconds)
    passwords = read_passwords(settings.pg_passwords)
    request = Request(release, key, dsn, limits, settings.pg_insurers, passwords)
    return release.release_id, serve(request, on_progress)
