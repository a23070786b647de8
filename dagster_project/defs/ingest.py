"""landing → raw: the door, per feed and delivery date, and the raw tables of the warehouse."""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from dagster_project.defs import partitions
from dagster_project.defs.partitions import DELIVERY_DATES
from dagster_project.defs.resources import RETRIES, Warehouse, as_dagster_failure
from dagster_project.feeds import FEEDS, Feed
from dagster_project.ingest.ledger import Ledger
from dagster_project.ingest.receive import ingest
from dagster_project.ingest.report import Count, IngestReport, not_read_lines
from dagster_project.ingest.serial_numbers import read_serial_numbers
from dagster_project.keys import pseudonym_key
from dagster_project.quality import outcome_store
from dagster_project.run import progress
from dagster_project.run.completeness import check_complete
from dagster_project.run.plan import plan_run, require_past, require_remade
from dagster_project.transform import raw
from dagster_project.transform.project import warehouse_version

MOST_PARTITIONS = 62
"""Partitions that one run writes down as it goes; the rest of a longer backlog waits for `zorgmart ui`."""


def _door_spec(feed: Feed) -> dg.AssetSpec:
    return dg.AssetSpec(
        dg.AssetKey(["door", feed.name]),
        group_name="door",
        kinds={"polars"},
        description=f"{feed.row} Accepted or quarantined at the door, per delivery date.",
        partitions_def=DELIVERY_DATES,
        metadata={"dagster/column_schema": _schema(feed)},
    )


def _schema(feed: Feed) -> dg.TableSchema:
    return dg.TableSchema([dg.TableColumn(c.name, c.sql_type, c.description) for c in feed.columns])


def _raw_specs() -> Iterator[dg.AssetSpec]:
    for feed in FEEDS.values():
        yield dg.AssetSpec(
            dg.AssetKey(["raw", feed.name]),
            deps=[dg.AssetKey(["door", feed.name])],
            group_name="raw",
            kinds={"duckdb"},
            description=f"{feed.row} All accepted rows of the deliveries in force.",
            metadata={"dagster/column_schema": _schema(feed)},
        )
    for name in raw.BOOKS:
        doors = [dg.AssetKey(["door", feed]) for feed in FEEDS]
        yield dg.AssetSpec(dg.AssetKey(["raw", name]), deps=doors, group_name="raw", kinds={"duckdb"})


@dg.multi_asset(
    name="door",
    specs=[_door_spec(feed) for feed in FEEDS.values()],
    can_subset=True,
    partitions_def=DELIVERY_DATES,
    backfill_policy=dg.BackfillPolicy.single_run(),
    retry_policy=RETRIES,
)
def door(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[dg.MaterializeResult]:
    """Read what is new; for the partitions of a backfill, judge their deliveries again."""
    with as_dagster_failure():
        report = _ingest(context, warehouse)
    for key in context.selected_asset_keys:
        counts = {day: count for (feed, day), count in report.counts.items() if feed == key.path[-1]}
        yield dg.MaterializeResult(asset_key=key, metadata=_feed_metadata(counts, report, key.path[-1]))


def _ingest(context: dg.AssetExecutionContext, warehouse: Warehouse) -> IngestReport:
    settings = warehouse.settings
    key, asked, dates = pseudonym_key(settings)[0], warehouse.asked, _asked_dates(context)
    require_past(asked)
    with Ledger(settings.home) as ledger:
        check_complete(settings.home, ledger)
        report = ingest(
            settings.landing, settings.home, key, as_of=max([asked.until, *(dates or [])]), dates=dates,
            force=dates is not None,
            progress=lambda feed, done, total: progress.report(f"ingest {feed}", done, total),
            serial=read_serial_numbers(settings.serial_numbers), known_on=asked.known_on, ledger=ledger,
        )  # fmt: skip
    partitions.add(context.instance, (day for _, day in report.counts))
    if dates is None:
        _log_partitions(context, report)
    for path, reason in report.rejected.items():
        context.log.warning(f"{path} was rejected: {reason}")
    for line in not_read_lines(report.ignored):
        context.log.warning(line)
    return report


def _asked_dates(context: dg.AssetExecutionContext) -> list[date] | None:
    """The delivery dates of a backfill; None in a nightly run, which takes whatever is new."""
    asked = context.has_partition_key or context.has_partition_key_range
    return [date.fromisoformat(day) for day in context.partition_keys] if asked else None


def _log_partitions(context: dg.AssetExecutionContext, report: IngestReport) -> None:
    newest = sorted(report.counts.items(), key=lambda item: item[0][1])[-MOST_PARTITIONS:]
    for (feed, day), count in newest:
        context.log_event(
            dg.AssetMaterialization(dg.AssetKey(["door", feed]), partition=str(day), metadata=_count_metadata(count))
        )


def _count_metadata(count: Count) -> dict[str, dg.MetadataValue]:
    return {
        "files": dg.MetadataValue.int(count.files),
        "files rejected": dg.MetadataValue.int(count.rejected),
        "dagster/row_count": dg.MetadataValue.int(count.accepted),
        "rows delivered": dg.MetadataValue.int(count.rows),
        "rows quarantined": dg.MetadataValue.int(count.quarantined),
        "eurocents delivered": dg.MetadataValue.int(count.amount_cents),
    }


def _feed_metadata(counts: dict[date, Count], report: IngestReport, feed: str) -> dict[str, dg.MetadataValue]:
    total = Count()
    for count in counts.values():
        for name in vars(total):
            setattr(total, name, getattr(total, name) + getattr(count, name))
    rejected = [f"- `{path}`: {reason}" for path, reason in report.rejected.items() if path.startswith(feed + "/")]
    not_read = not_read_lines(one for one in report.ignored if one.path.startswith(feed + "/"))
    return {
        **_count_metadata(total),
        "delivery dates": dg.MetadataValue.int(len(counts)),
        **({"rejected": dg.MetadataValue.md("\n".join(rejected[:50]))} if rejected else {}),
        **({"not read": dg.MetadataValue.md("\n".join(f"- {line}" for line in not_read))} if not_read else {}),
    }


@dg.multi_asset(name="raw", specs=list(_raw_specs()), retry_policy=RETRIES)
def raw_tables(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[dg.MaterializeResult]:
    """Bring the raw tables in step with the deliveries in force, and write down what this run builds."""
    settings = warehouse.settings
    with as_dagster_failure():
        key, _ = pseudonym_key(settings)
        plan, known = plan_run(settings.home, warehouse.asked, key)
        require_remade(warehouse.asked, plan)
        plan.save(settings.home)
        outcome_store.clear(settings.home)
        raw.reset(settings.warehouse, warehouse_version(), force=warehouse.full_refresh)
        loaded = raw.load(settings, plan, known, key)
    for table in loaded:
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["raw", table.name]),
            metadata={"dagster/row_count": table.rows, "new rows": table.new_rows, "as of": str(plan.as_of)},
        )
