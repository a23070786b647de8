"""release → who watches: what a monitor sees in the UI, the nightly schedule, the sensor for new deliveries.

Drawing is imported by the steps that draw: it takes a second that no other command should pay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from dagster_project.defs.resources import RETRIES, Warehouse, as_dagster_failure
from dagster_project.errors import ZorgmartError
from dagster_project.ingest.landing import scan
from dagster_project.ingest.ledger import Ledger
from dagster_project.ingest.worklist import is_of_this_door
from dagster_project.monitor.released import Released
from dagster_project.publish.bounds import Bounds
from dagster_project.publish.locked import connect
from dagster_project.publish.pointer import Release, current_id, current_release, release_named
from dagster_project.run.killed import close_killed
from dagster_project.run.plan import Asked
from dagster_project.settings import read_settings

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

    from dagster_project.monitor.dashboard import View


def views(release: dg.AssetKey) -> list[dg.AssetsDefinition]:
    """What a monitor looks at after every night, as metadata that the UI shows: scorecard, charts, what moved."""
    shared = {
        "key_prefix": "monitor",
        "deps": [release],
        "group_name": "monitor",
        "kinds": {"markdown"},
        "retry_policy": RETRIES,
    }

    @dg.asset(
        **shared, description="KPI-scorekaart (scorecard): KPIs by region, and the country's values over the nights."
    )
    def scorecard(warehouse: Warehouse) -> dg.MaterializeResult:
        from dagster_project.monitor.dashboard import scorecard_view

        with as_dagster_failure(), _released(warehouse) as (released, _):
            return _shown(scorecard_view(released))

    @dg.asset(**shared, description="Regelkaarten (control charts): a picture per KPI, for the country.")
    def control_charts(warehouse: Warehouse) -> dg.MaterializeResult:
        from dagster_project.monitor.dashboard import charts_view

        with as_dagster_failure(), _released(warehouse) as (released, _):
            return _shown(charts_view(released))

    @dg.asset(
        **shared, description="Wat bewoog en wat waarschuwt (what moved, what warns), and tallies over the nights."
    )
    def changes(warehouse: Warehouse) -> dg.MaterializeResult:
        from dagster_project.monitor.dashboard import changes_view

        with as_dagster_failure(), _released(warehouse) as (released, manifest):
            return _shown(changes_view(released, manifest))

    return [scorecard, control_charts, changes]


@contextmanager
def _released(warehouse: Warehouse) -> Iterator[tuple[Released, dict[str, Any]]]:
    """The current release on a connection that can only read, and its manifest."""
    settings = warehouse.settings
    release = _release(settings.home, warehouse.asked.remakes)
    if release is None:
        raise ZorgmartError(f"there is no release under {settings.home} yet; run `zorgmart run`")
    manifest = release.manifest()
    with connect(release, memory=Bounds(settings.memory).of_duckdb) as connection:
        yield Released(connection, date.fromisoformat(manifest["as_of"])), manifest


def _release(home: Path, remade: str | None) -> Release | None:
    """The current release; one that was made again only where no other stands."""
    try:
        release = current_release(home)
    except ZorgmartError:
        if remade is None:
            raise
        release = None
    return release or (release_named(home, remade) if remade else None)


def _shown(view: View) -> dg.MaterializeResult:
    texts = {name: dg.MetadataValue.md(text) for name, text in view.texts.items()}
    return dg.MaterializeResult(metadata=texts | {name: dg.MetadataValue.float(n) for name, n in view.numbers.items()})


def schedule(job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    @dg.schedule(
        name="nightly_at_two", job=job, cron_schedule="0 2 * * *", execution_timezone="Europe/Amsterdam",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )  # fmt: skip
    def nightly_at_two(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """Every night: ingest, build, check, publish. A run that was killed by day does not keep it waiting."""
        close_killed(context.instance, read_settings().home)
        return dg.RunRequest()

    return nightly_at_two


def comparison(job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    @dg.schedule(
        name="weekly_comparison", job=job, cron_schedule="0 5 * * 0", execution_timezone="Europe/Amsterdam",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )  # fmt: skip
    def weekly_comparison(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        """Every Sunday: make the current release again from nothing, and compare all its Parquet with what stands.

        Nights write what is new; this is how they would be found out. The release before a new version is no longer
        made by the same code, so the first comparison comes with the first night of that version.
        """
        from dagster_project.run.remake import asked_from_nothing

        settings = read_settings()
        close_killed(context.instance, settings.home)
        if (current := current_id(settings.home)) is None:
            return dg.SkipReason("There is no release yet.")
        try:
            asked = asked_from_nothing(settings, current)
        except ZorgmartError as error:
            return dg.SkipReason(str(error))
        return dg.RunRequest(run_config={"resources": {"warehouse": {"config": asked.config}}})

    return weekly_comparison


def sensor(job: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    @dg.sensor(name="new_deliveries", job=job, minimum_interval_seconds=300)
    def new_deliveries() -> dg.RunRequest | dg.SkipReason:
        """One run for the deliveries that the ledger does not know yet; switch it on where a night is too late."""
        names = unknown_deliveries()
        if not names:
            return dg.SkipReason("Nothing new was delivered.")
        return dg.RunRequest(run_key=hashlib.sha256("\n".join(names).encode()).hexdigest()[:16])

    return new_deliveries


def unknown_deliveries() -> list[str]:
    """Signatures of the files that the next run would read."""
    settings = read_settings()
    lying, until = scan(settings.landing), Asked().until
    with Ledger(settings.home) as ledger:
        known = {version.signature for version in ledger.newest().values() if is_of_this_door(version)}
    return sorted(
        f"{found.feed}/{found.delivery_date}/{found.file}/{found.signature}"
        for found in lying.found
        if found.delivery_date <= until and found.signature not in known
    )
