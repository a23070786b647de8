"""gate → release: the checked warehouse becomes a release, in one step."""

from pathlib import Path

import dagster as dg

from dagster_project.defs.resources import RETRIES, Warehouse, as_dagster_failure
from dagster_project.errors import ZorgmartError
from dagster_project.ingest import ledger_releases
from dagster_project.ingest.ledger import Ledger
from dagster_project.ingest.ledger_releases import Published
from dagster_project.ingest.serial_numbers import read_serial_numbers
from dagster_project.keys import pseudonym_key
from dagster_project.openness import readers_group
from dagster_project.publish.pointer import Release, current_id, releases
from dagster_project.publish.release import publish
from dagster_project.publish.request import PublishRequest
from dagster_project.publish.slices import slice_of
from dagster_project.quality import outcome_store
from dagster_project.quality.page import quality_page
from dagster_project.quality.suites import load_suites
from dagster_project.run import progress
from dagster_project.run.made_by import made_by
from dagster_project.run.plan import read_plan
from dagster_project.settings import EXPECTATIONS
from dagster_project.transform.project import documentation, prepare
from dagster_project.transform.raw import require_loaded

RELEASE = dg.AssetKey(["published", "release"])


def release_asset(marts: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The release, after every mart and every blocking check of theirs."""

    @dg.asset(
        key=RELEASE, deps=marts, group_name="published", kinds={"duckdb", "parquet"},
        retry_policy=RETRIES,
        description="The release that insurers and monitors read: all marts, a slice per insurer, what was checked.",
    )  # fmt: skip
    def release(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
        progress.report("publish", 0, 1)
        with as_dagster_failure():
            outcome_store.require_judged(warehouse.settings.home, load_suites(EXPECTATIONS), warehouse.judgement)
            published = publish(_request(warehouse))
            _write_down(warehouse.settings.home, published)
            current = current_id(warehouse.settings.home)
            made = _slices(context, warehouse, published)
        if current != published.release_id:
            context.log.warning(f"{published.release_id} is made; `current` still names {current}.")
        progress.report("publish", 1, 1)
        return dg.MaterializeResult(
            metadata={
                "release": published.release_id,
                "current": current,
                "folder": dg.MetadataValue.path(str(published.path)),
                "slices": made,
            }
        )

    return release


def _slices(context: dg.AssetExecutionContext, warehouse: Warehouse, release: Release) -> list[str]:
    """Make the slices that ZORGMART_SLICES asks for every night; an insurer that is not there stops nothing."""
    wanted = sorted({name for text in warehouse.settings.slices.split(",") if (name := text.strip())})
    there = release.manifest()["insurers"]
    for uzovi in (name for name in wanted if name in there):
        slice_of(release, uzovi, pseudonym_key(warehouse.settings)[0])
    if unknown := [name for name in wanted if name not in there]:
        context.log.warning(f"ZORGMART_SLICES names {', '.join(unknown)}, and the release knows no such insurer.")
    return [name for name in wanted if name in there]


def _write_down(home: Path, release: Release) -> None:
    """Let the ledger keep the release's manifest; and that of the one before, of a run that was killed in between."""
    before = read_plan(home).expected_current
    with Ledger(home) as ledger:
        known = ledger.kept_releases()
        new = [one for one in releases(home) if one.release_id in (release.release_id, before)]
        found = [_published(one) for one in new if one.release_id not in known]
        ledger_releases.keep(ledger, filter(None, found))


def _published(release: Release) -> Published | None:
    """None of a release whose manifest can't be read: a run mends it."""
    try:
        return Published.of(release.manifest())
    except (OSError, ValueError, KeyError):
        return None


def _parquet(home: Path, release_id: str) -> dict[str, str]:
    """sha256 of each Parquet file of a release that was published, by path."""
    with Ledger(home) as ledger:
        kept = ledger_releases.kept(ledger, release_id)
    if kept is None:
        raise ZorgmartError(f"Release {release_id} is not in the ledger; use `zorgmart remake {release_id}`.")
    return kept.parquet


def _request(warehouse: Warehouse) -> PublishRequest:
    settings, asked = warehouse.settings, warehouse.asked
    plan = read_plan(settings.home)
    require_loaded(settings.warehouse, plan.release_id)
    outcomes = outcome_store.kept(settings.home, warehouse.judgement)
    checks = [
        {"name": f"{outcome.suite}.{outcome.name}", "outcome": outcome.recorded, "sentence": outcome.sentence}
        for outcome in outcomes
    ]
    serial = read_serial_numbers(settings.serial_numbers)
    return PublishRequest(
        home=settings.home, warehouse=settings.warehouse, manifest=prepare(settings), release_id=plan.release_id,
        as_of=plan.as_of, known_on=plan.known_on, code_version=plan.code_version, started_at=plan.started_at,
        expected_current=plan.expected_current, checks=checks, pseudonym_key=pseudonym_key(settings)[0],
        deliveries=plan.deliveries, made_by=made_by(plan.deliveries, serial),
        same_parquet=_parquet(settings.home, asked.remakes) if asked.remakes else None,
        beside=asked.known_on is not None,
        settings={"memory_limit": settings.memory},
        full_refresh=warehouse.full_refresh, make_current=warehouse.make_current, readers=readers_group(settings),
        extra_files={
            "report.html": _report,
            "quality.html": lambda _: quality_page(load_suites(EXPECTATIONS), outcomes, plan.release_id).encode(),
            "dbt/index.html": documentation(settings),
        },
    )  # fmt: skip


def _report(database: Path) -> bytes:
    from dagster_project.monitor.report import report_page  # drawing takes a second that only this step pays

    return report_page(database).encode()
