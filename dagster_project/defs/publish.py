"""gate → release: the checked warehouse becomes a release, in one step."""

from datetime import date, datetime
from pathlib import Path

import dagster as dg

from dagster_project import progress
from dagster_project.defs.resources import RETRIES, Warehouse, told
from dagster_project.ingest.ledger import Ledger
from dagster_project.keys import pseudonym_key
from dagster_project.night import read_night
from dagster_project.openness import readers_group
from dagster_project.publish.pointer import current_id
from dagster_project.publish.release import PublishRequest, publish
from dagster_project.quality import outcome_store
from dagster_project.quality.page import quality_page
from dagster_project.quality.suites import load_suites
from dagster_project.settings import EXPECTATIONS
from dagster_project.transform.project import documentation, prepare
from dagster_project.transform.raw import require_loaded

RELEASE = dg.AssetKey(["published", "release"])
_DELIVERY = ("feed", "delivery_date", "file", "version", "sha256", "bytes", "status", "received_at")
"""What the manifest tells of a version: enough to write it into a ledger again."""


def release_asset(marts: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The release, after every mart and every blocking check of theirs."""

    @dg.asset(
        key=RELEASE, deps=marts, group_name="published", kinds={"duckdb", "parquet"},
        retry_policy=RETRIES,
        description="The release that insurers and monitors read: all marts, a slice per insurer, what was checked.",
    )  # fmt: skip
    def release(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
        progress.report("publish", 0, 1)
        with told():
            outcome_store.require_judged(warehouse.settings.home, load_suites(EXPECTATIONS), warehouse.judgement)
            published = publish(_request(warehouse))
            current = current_id(warehouse.settings.home)
        if current != published.release_id:
            context.log.warning(f"`current` still names {current}, which is of a later date.")
        progress.report("publish", 1, 1)
        return dg.MaterializeResult(
            metadata={
                "release": published.release_id,
                "current": current,
                "folder": dg.MetadataValue.path(str(published.path)),
            }
        )

    return release


def _request(warehouse: Warehouse) -> PublishRequest:
    settings = warehouse.settings
    night = read_night(settings.home)
    require_loaded(settings.warehouse, night.release_id)
    as_of = date.fromisoformat(night.as_of)
    with Ledger(settings.home) as ledger:
        versions = ledger.versions(as_of).sort("delivery_date", "feed", "file", "version")
    outcomes = outcome_store.kept(settings.home, warehouse.judgement)
    checks = [
        {"name": f"{outcome.suite}.{outcome.name}", "outcome": outcome.recorded, "sentence": outcome.sentence}
        for outcome in outcomes
    ]
    return PublishRequest(
        home=settings.home, warehouse=settings.warehouse, manifest=prepare(settings), release_id=night.release_id,
        as_of=as_of, code_version=night.code_version, started_at=datetime.fromisoformat(night.started_at),
        expected_current=night.expected_current, checks=checks, pseudonym_key=pseudonym_key(settings)[0],
        deliveries=versions.select(_DELIVERY).to_dicts(),
        settings={"memory_limit": settings.memory},
        anew=warehouse.full_refresh, make_current=warehouse.make_current, readers=readers_group(settings),
        extra_files={
            "report.html": _report,
            "quality.html": lambda _: quality_page(load_suites(EXPECTATIONS), outcomes, night.release_id).encode(),
            "dbt/index.html": documentation(settings),
        },
    )  # fmt: skip


def _report(database: Path) -> bytes:
    from dagster_project.monitor.report import report_page  # drawing takes a second that only this step pays

    return report_page(database).encode()
