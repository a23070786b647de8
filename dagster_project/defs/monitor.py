"""release → who watches: the nightly schedule and the sensor for new deliveries."""

from __future__ import annotations

import hashlib

import dagster as dg

from dagster_project.ingest.deliver import door_version
from dagster_project.ingest.landing import scan
from dagster_project.ingest.ledger import Ledger
from dagster_project.killed import close_killed
from dagster_project.night import run_date
from dagster_project.settings import read_settings

NIGHTLY = "nightly"


def schedule(job: dg.UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    @dg.schedule(
        name="nightly_at_two", job=job, cron_schedule="0 2 * * *", execution_timezone="Europe/Amsterdam",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )  # fmt: skip
    def nightly_at_two(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """Every night: ingest, build, check, publish. A run that was killed by day does not keep it waiting."""
        close_killed(context.instance, read_settings().home)
        return dg.RunRequest()

    return nightly_at_two


def sensor(job: dg.UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
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
    lying = scan(settings.landing)
    as_of = run_date(settings.home, None, settings.landing)
    with Ledger(settings.home) as ledger:
        known = {version.signature for version in ledger.newest().values() if version.door_version == door_version()}
    return sorted(
        f"{found.feed}/{found.delivery_date}/{found.file}/{found.signature}"
        for found in lying.found
        if found.delivery_date <= as_of and found.signature not in known
    )
